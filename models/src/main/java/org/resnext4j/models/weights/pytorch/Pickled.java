package org.resnext4j.models.weights.pytorch;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.models.weights.storage.ElementType;

/**
 * A value in a pickle: text, a number, a collection or a tensor. The reader never creates an
 * instance of any other class; it keeps the class's name, the arguments and the state.
 *
 * <p>Collections compare by identity and may contain themselves. Code that traverses collections
 * must limit the depth.
 */
sealed interface Pickled {

  /** Text. */
  record Text(String value) implements Pickled {}

  /** A whole number of at most 64 bits. */
  record Whole(long value) implements Pickled {}

  /** A larger whole number. A number of more than 64 bytes or digits is {@link Plain#HUGE}. */
  record Large(BigInteger value) implements Pickled {}

  /**
   * A value whose content the reader ignores: None, a truth value, a real number, a huge number,
   * the mark of the stack.
   */
  enum Plain implements Pickled {
    NONE,
    FALSE,
    TRUE,
    REAL,
    HUGE,
    MARK
  }

  /** A name in a Python module: a class or a function that the pickle may call. */
  record Global(String module, String name) implements Pickled {
    String qualifiedName() {
      return module + "." + name;
    }
  }

  /** A list, tuple or set. */
  final class Sequence implements Pickled {
    final List<Pickled> items;

    Sequence(List<Pickled> items) {
      this.items = items;
    }

    Sequence() {
      this(new ArrayList<>(0));
    }
  }

  /** A dictionary. The reader only counts entries whose key is not text. */
  final class Dictionary implements Pickled {
    final SequencedMap<String, Pickled> entries = new LinkedHashMap<>();
    int otherEntries;

    void put(Pickled key, Pickled value) {
      if (key instanceof Text text) {
        entries.put(text.value(), value);
      } else {
        otherEntries++;
      }
    }
  }

  /**
   * A reference to a storage elsewhere in the file.
   *
   * @param className the storage's Python class, such as {@code FloatStorage}
   * @param type the type of its numbers, if known
   * @param key its name in the file
   * @param elements its number of elements (of bytes, for {@code UntypedStorage})
   * @param start the first element of this view of the storage
   */
  record StorageReference(
      String className, Optional<ElementType> type, String key, long elements, long start)
      implements Pickled {}

  /** A view of a storage. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record TensorReference(
      StorageReference storage,
      Optional<ElementType> type,
      long offset,
      long[] shape,
      long[] strides)
      implements Pickled {}

  /** Raw bytes, such as the numbers of a NumPy array. */
  record Bytes(MemorySegment bytes) implements Pickled {

    /**
     * Returns the bytes of a text of one byte per letter, the form of Python 2 and of protocols
     * before 3.
     */
    static Bytes of(Text text) {
      return new Bytes(MemorySegment.ofArray(text.value().getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  /**
   * A placeholder for the result of a call, or for an object of a class that the reader does not
   * create. The placeholder keeps the description; none of the code ran.
   */
  final class Instance implements Pickled {
    final String className;
    final List<Pickled> arguments;
    final Dictionary items = new Dictionary();
    Optional<Pickled> state = Optional.empty();

    Instance(String className, List<Pickled> arguments) {
      this.className = className;
      this.arguments = arguments;
    }
  }
}
