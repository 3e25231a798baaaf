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
 * A value in a pickle: text, a number, a collection, a tensor. An instance of any other class is
 * never made; its name, arguments and state are kept.
 *
 * <p>Collections are compared by identity and may contain themselves; whoever walks them must bound
 * the depth.
 */
sealed interface Pickled {

  /** Text. */
  record Text(String value) implements Pickled {}

  /** A whole number of at most 64 bits. */
  record Whole(long value) implements Pickled {}

  /** A larger whole number; one of more than 64 bytes or digits is {@link Plain#HUGE}. */
  record Large(BigInteger value) implements Pickled {}

  /**
   * A value without content that matters: None, a truth value, a real number, a huge number, the
   * mark of the stack.
   */
  enum Plain implements Pickled {
    NONE,
    FALSE,
    TRUE,
    REAL,
    HUGE,
    MARK
  }

  /** A name in a Python module: a class or a function, until it is called nothing but a name. */
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

  /** A dictionary; entries whose key is no text are only counted. */
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
   * A storage that lies elsewhere in the file.
   *
   * @param className its Python class, such as {@code FloatStorage}
   * @param type of its numbers, where it is a known one
   * @param key its name in the file
   * @param elements number of numbers (of bytes, for {@code UntypedStorage})
   * @param start the first number of this view of it
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

    /** Bytes that Python 2, or a protocol before 3, wrote as text of one byte a letter. */
    static Bytes of(Text text) {
      return new Bytes(MemorySegment.ofArray(text.value().getBytes(StandardCharsets.ISO_8859_1)));
    }
  }

  /**
   * A placeholder for the result of a call, or for an object of a class that is not built. Its
   * description is kept; none of its code was run.
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
