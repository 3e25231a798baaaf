package org.resnext4j.models.weights.torch7;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.models.weights.storage.ByteReader;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.WeightFileException;
import org.resnext4j.models.weights.torch7.Torch7Value.Module;
import org.resnext4j.models.weights.torch7.Torch7Value.Numbers;
import org.resnext4j.models.weights.torch7.Torch7Value.Plain;
import org.resnext4j.models.weights.torch7.Torch7Value.Real;
import org.resnext4j.models.weights.torch7.Torch7Value.Table;
import org.resnext4j.models.weights.torch7.Torch7Value.Tensor;
import org.resnext4j.models.weights.torch7.Torch7Value.Text;

/**
 * Reads Torch7's binary serialisation (little-endian, 8-byte longs). The reader skips functions and
 * never loads them.
 */
final class Torch7Reader {

  private static final int NIL = 0;
  private static final int NUMBER = 1;
  private static final int STRING = 2;
  private static final int TABLE = 3;
  private static final int OBJECT = 4;
  private static final int BOOLEAN = 5;
  private static final int FUNCTION = 6;
  private static final int LEGACY_RECURSIVE_FUNCTION = 7;
  private static final int RECURSIVE_FUNCTION = 8;

  /**
   * The deepest nesting of objects. No network nests its modules as deep, and any thread's stack
   * can hold this depth.
   */
  private static final int DEEPEST = 200;

  /**
   * The most objects that the reader creates, far more than any network has. The limit bounds the
   * reader's memory.
   */
  private static final int MOST_OBJECTS = 1 << 22;

  private static final int MOST_DIMENSIONS = 64;

  /** The smallest entry of a table in bytes: the type codes of its key and its value. */
  private static final int SMALLEST_TABLE_ENTRY = 8;

  private final ByteReader in;
  private final Map<Integer, Torch7Value> objects = new HashMap<>();
  private int depth;
  private int count;

  private Torch7Reader(Path file, MemorySegment bytes) {
    this.in = new ByteReader(file, bytes);
  }

  /** Returns the object that a file contains. */
  static Torch7Value read(Path file, MemorySegment bytes) throws WeightFileException {
    return new Torch7Reader(file, bytes).object();
  }

  private Torch7Value object() throws WeightFileException {
    if (++depth > DEEPEST) {
      throw in.error("its objects are nested more than %d deep".formatted(DEEPEST));
    }
    if (++count > MOST_OBJECTS) {
      throw in.error("it has more than %d objects".formatted(MOST_OBJECTS));
    }
    int type = in.integer();
    Torch7Value value =
        switch (type) {
          case NIL -> Plain.NIL;
          case NUMBER -> new Real(in.real());
          case STRING -> new Text(string());
          case BOOLEAN -> in.integer() == 1 ? Plain.TRUE : Plain.FALSE;
          case FUNCTION -> function();
          case TABLE, OBJECT, LEGACY_RECURSIVE_FUNCTION, RECURSIVE_FUNCTION -> referenced(type);
          default ->
              throw in.error(
                  "it has an object of unknown type %d at byte %d"
                      .formatted(type, in.position() - 4));
        };
    depth--;
    return value;
  }

  /**
   * Reads an object that may occur several times: its index and, at the first occurrence, its
   * content.
   */
  private Torch7Value referenced(int type) throws WeightFileException {
    int index = in.integer();
    Torch7Value known = objects.get(index);
    if (known != null) {
      return known;
    }
    return switch (type) {
      case TABLE -> {
        Table table = new Table();
        objects.put(index, table);
        fill(table);
        yield table;
      }
      case OBJECT -> torchObject(index);
      default -> {
        objects.put(index, Plain.FUNCTION);
        yield function();
      }
    };
  }

  /** Skips a function: its bytecode and its captured values. */
  private Torch7Value function() throws WeightFileException {
    in.slice(in.integer());
    object();
    return Plain.FUNCTION;
  }

  private void fill(Table table) throws WeightFileException {
    int size = in.integer();
    if (size < 0 || size > in.remaining() / SMALLEST_TABLE_ENTRY) {
      throw in.error(
          "it is truncated or damaged: a table claims %d entries, but %d bytes are left"
              .formatted(size, in.remaining()));
    }
    for (int i = 0; i < size; i++) {
      Torch7Value key = object();
      Torch7Value value = object();
      if (key instanceof Text text) {
        table.fields.put(text.value(), value);
      } else if (key instanceof Real number) {
        table.items.put((long) number.value(), value);
      }
    }
  }

  private Torch7Value torchObject(int index) throws WeightFileException {
    String version = string();
    // Early files have no version but the class's name in this place.
    String className = version.startsWith("V ") ? string() : version;
    Torch7Value value;
    if (className.startsWith("torch.") && className.endsWith("Tensor")) {
      value = tensor(className, elementType(className, "Tensor"));
    } else if (className.startsWith("torch.") && className.endsWith("Storage")) {
      value = numbers(elementType(className, "Storage"));
    } else {
      Table fields = new Table();
      Module module = new Module(className, fields);
      objects.put(index, module);
      if (object() instanceof Table content) {
        fields.fields.putAll(content.fields);
        fields.items.putAll(content.items);
        return module;
      }
      throw in.error("it has an object of class %s, which is not supported".formatted(className));
    }
    objects.put(index, value);
    return value;
  }

  private Torch7Value tensor(String className, ElementType type) throws WeightFileException {
    int dimensions = in.integer();
    if (dimensions < 0 || dimensions > MOST_DIMENSIONS) {
      throw in.error("a tensor claims %d dimensions".formatted(dimensions));
    }
    long[] shape = longs(dimensions);
    long[] strides = longs(dimensions);
    long offset = in.longInteger() - 1; // Lua counts from 1.
    return switch (object()) {
      case Numbers numbers when numbers.type() == type ->
          new Tensor(numbers, offset, shape, strides);
      case Plain nil when nil == Plain.NIL ->
          new Tensor(new Numbers(type, MemorySegment.NULL), 0, new long[0], new long[0]);
      default -> throw in.error("a %s has no storage of its type".formatted(className));
    };
  }

  private Numbers numbers(ElementType type) throws WeightFileException {
    long size = in.longInteger();
    if (size < 0 || size > in.remaining() / type.bytes()) {
      throw in.error(
          "it is truncated or damaged: a storage claims %s numbers, but %d bytes are left"
              .formatted(Long.toUnsignedString(size), in.remaining()));
    }
    return new Numbers(type, in.slice(size * type.bytes()));
  }

  private ElementType elementType(String className, String suffix) throws WeightFileException {
    String kind = className.substring("torch.".length(), className.length() - suffix.length());
    Optional<ElementType> type =
        switch (kind) {
          case "Double", "CudaDouble" -> Optional.of(ElementType.F64);
          case "Float", "Cuda" -> Optional.of(ElementType.F32);
          case "Half", "CudaHalf" -> Optional.of(ElementType.F16);
          case "Long", "CudaLong" -> Optional.of(ElementType.I64);
          case "Int", "CudaInt" -> Optional.of(ElementType.I32);
          case "Short", "CudaShort" -> Optional.of(ElementType.I16);
          case "Char", "CudaChar" -> Optional.of(ElementType.I8);
          case "Byte", "CudaByte" -> Optional.of(ElementType.U8);
          default -> Optional.empty();
        };
    return type.orElseThrow(() ->
        in.error("it has an object of class %s, which is not supported".formatted(className)));
  }

  private long[] longs(int count) throws WeightFileException {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = in.longInteger();
    }
    return values;
  }

  private String string() throws WeightFileException {
    return in.text(in.integer(), StandardCharsets.ISO_8859_1);
  }
}
