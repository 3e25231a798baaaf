package org.resnext4j.models.weights.pytorch;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.models.weights.pytorch.Pickled.Bytes;
import org.resnext4j.models.weights.pytorch.Pickled.Dictionary;
import org.resnext4j.models.weights.pytorch.Pickled.Global;
import org.resnext4j.models.weights.pytorch.Pickled.Instance;
import org.resnext4j.models.weights.pytorch.Pickled.Large;
import org.resnext4j.models.weights.pytorch.Pickled.Plain;
import org.resnext4j.models.weights.pytorch.Pickled.Sequence;
import org.resnext4j.models.weights.pytorch.Pickled.StorageReference;
import org.resnext4j.models.weights.pytorch.Pickled.TensorReference;
import org.resnext4j.models.weights.pytorch.Pickled.Text;
import org.resnext4j.models.weights.pytorch.Pickled.Whole;
import org.resnext4j.models.weights.storage.ByteReader;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.WeightFileException;

/**
 * Reads a pickle of protocol 0 to 5 without running any code in it.
 *
 * <p>A pickle is a program for a stack machine, and its instructions may name any Python function
 * to call. This reader carries out a call only if the function is one of the few that create
 * collections and tensors. Any other call gives an {@link Instance}: a placeholder with the
 * function's name, its arguments and its later state. The reader never runs any code. Code that
 * needs a tensor throws an error if it finds a placeholder.
 */
final class PickleReader {

  /**
   * The most instructions that the reader carries out, far more than any checkpoint has. The limit
   * bounds the memory of the results.
   */
  private static final int MOST_INSTRUCTIONS = 1 << 22;

  private static final int LONGEST_NUMBER = 64;
  private static final int MOST_DIMENSIONS = 64;

  private final ByteReader in;
  private final List<Pickled> stack = new ArrayList<>();
  private final Map<Long, Pickled> memo = new HashMap<>();
  private final Map<String, StorageReference> storages = new HashMap<>();
  private long copied;

  private PickleReader(ByteReader in) {
    this.in = in;
  }

  /**
   * The content of a pickle.
   *
   * @param root the value
   * @param storages every storage that the value refers to, by key
   */
  record Result(Pickled root, Map<String, StorageReference> storages) {}

  /**
   * Reads one pickle to its end.
   *
   * @param in the bytes; afterwards the position follows the pickle's last byte
   */
  static Result read(ByteReader in) throws WeightFileException {
    PickleReader reader = new PickleReader(in);
    return new Result(reader.run(), reader.storages);
  }

  private Pickled run() throws WeightFileException {
    for (int i = 0; i < MOST_INSTRUCTIONS; i++) {
      int instruction = in.unsignedByte();
      if (instruction == '.') {
        return pop();
      }
      execute(instruction);
    }
    throw in.error("its pickle has more than %d instructions".formatted(MOST_INSTRUCTIONS));
  }

  private void execute(int instruction) throws WeightFileException {
    switch (instruction) {
      // The reader ignores protocol and framing.
      case 0x80 -> in.unsignedByte();
      case 0x95 -> in.longInteger();

      // Constants.
      case 'N' -> push(Plain.NONE);
      case 0x88 -> push(Plain.TRUE);
      case 0x89 -> push(Plain.FALSE);
      case 'K' -> push(new Whole(in.unsignedByte()));
      case 'M' -> push(new Whole(in.unsignedShort()));
      case 'J' -> push(new Whole(in.integer()));
      case 'I', 'L' -> push(decimal(in.line(StandardCharsets.ISO_8859_1)));
      case 0x8a -> push(binaryNumber(in.unsignedByte()));
      case 0x8b -> push(binaryNumber(in.unsignedInteger()));
      case 'F' -> {
        in.line(StandardCharsets.ISO_8859_1);
        push(Plain.REAL);
      }
      case 'G' -> {
        in.longInteger();
        push(Plain.REAL);
      }
      case 'X' -> pushText(in.unsignedInteger());
      case 0x8c -> pushText(in.unsignedByte());
      case 0x8d -> pushText(in.longInteger());
      case 'V' -> push(new Text(in.line(StandardCharsets.ISO_8859_1)));
      case 'S' -> push(new Text(unquoted(in.line(StandardCharsets.ISO_8859_1))));
      case 'T' -> push(new Text(in.text(in.unsignedInteger(), StandardCharsets.ISO_8859_1)));
      case 'U' -> push(new Text(in.text(in.unsignedByte(), StandardCharsets.ISO_8859_1)));
      case 'B' -> skipBytes(in.unsignedInteger());
      case 'C' -> skipBytes(in.unsignedByte());
      case 0x8e, 0x96 -> skipBytes(in.longInteger());

      // Collections.
      case '(' -> push(Plain.MARK);
      case '1' -> popToMark();
      case '0' -> pop();
      case '2' -> push(peek());
      case ']', 0x8f -> push(new Sequence());
      case ')' -> push(new Sequence(List.of()));
      case '}' -> push(new Dictionary());
      case 'l' -> push(new Sequence(popToMark()));
      case 't', 0x91 -> push(new Sequence(List.copyOf(popToMark())));
      case 0x85 -> push(new Sequence(List.of(pop())));
      case 0x86 -> {
        Pickled second = pop();
        push(new Sequence(List.of(pop(), second)));
      }
      case 0x87 -> {
        Pickled third = pop();
        Pickled second = pop();
        push(new Sequence(List.of(pop(), second, third)));
      }
      case 'd' -> {
        Dictionary dictionary = new Dictionary();
        putAll(dictionary, popToMark());
        push(dictionary);
      }
      case 'a' -> append(List.of(pop()));
      case 'e', 0x90 -> append(popToMark());
      case 's' -> {
        Pickled value = pop();
        setItems(List.of(pop(), value));
      }
      case 'u' -> setItems(popToMark());

      // The memo, for repeated use of an object.
      case 'p' -> memo.put(index(in.line(StandardCharsets.ISO_8859_1)), peek());
      case 'q' -> memo.put((long) in.unsignedByte(), peek());
      case 'r' -> memo.put(in.unsignedInteger(), peek());
      case 0x94 -> memo.put((long) memo.size(), peek());
      case 'g' -> push(remembered(index(in.line(StandardCharsets.ISO_8859_1))));
      case 'h' -> push(remembered(in.unsignedByte()));
      case 'j' -> push(remembered(in.unsignedInteger()));

      // Names and calls.
      case 'c' -> {
        String module = in.line(StandardCharsets.UTF_8);
        push(new Global(module, in.line(StandardCharsets.UTF_8)));
      }
      case 0x93 -> {
        String name = text(pop());
        push(new Global(text(pop()), name));
      }
      case 'R' -> {
        Pickled arguments = pop();
        push(call(pop(), arguments));
      }
      case 0x81 -> {
        Pickled arguments = pop();
        push(instance(pop(), items(arguments)));
      }
      case 0x92 -> {
        pop();
        Pickled arguments = pop();
        push(instance(pop(), items(arguments)));
      }
      case 'i' -> {
        String module = in.line(StandardCharsets.UTF_8);
        String name = in.line(StandardCharsets.UTF_8);
        push(instance(new Global(module, name), popToMark()));
      }
      case 'o' -> {
        List<Pickled> parts = popToMark();
        if (parts.isEmpty()) {
          throw in.error("its pickle makes an object of no class");
        }
        push(instance(parts.getFirst(), parts.subList(1, parts.size())));
      }
      case 'b' -> {
        Pickled state = pop();
        if (peek() instanceof Instance object) {
          object.state = Optional.of(state);
        }
      }
      case 'Q' -> push(persistent(pop()));
      case 'P' -> push(new Instance("persistent " + in.line(StandardCharsets.UTF_8), List.of()));
      case 0x82 -> push(extension(in.unsignedByte()));
      case 0x83 -> push(extension(in.unsignedShort()));
      case 0x84 -> push(extension(in.unsignedInteger()));
      case 0x97 -> push(new Instance("a buffer outside of the file", List.of()));
      case 0x98 -> peek(); // A read-only buffer; this reader writes to none.
      default ->
          throw in.error(
              "its pickle has the instruction 0x%02x at byte %d, which is not supported"
                  .formatted(instruction, in.position() - 1));
    }
  }

  // Stack and memo.

  private void push(Pickled value) {
    stack.add(value);
  }

  private Pickled peek() throws WeightFileException {
    if (stack.isEmpty() || stack.getLast() == Plain.MARK) {
      throw in.error(
          "its pickle takes a value at byte %d where there is none".formatted(in.position()));
    }
    return stack.getLast();
  }

  private Pickled pop() throws WeightFileException {
    Pickled value = peek();
    stack.removeLast();
    return value;
  }

  private List<Pickled> popToMark() throws WeightFileException {
    int mark = stack.size() - 1;
    while (mark >= 0 && stack.get(mark) != Plain.MARK) {
      mark--;
    }
    if (mark < 0) {
      throw in.error("its pickle takes values at byte %d without a mark".formatted(in.position()));
    }
    List<Pickled> top = stack.subList(mark, stack.size());
    List<Pickled> values = new ArrayList<>(top.subList(1, top.size()));
    top.clear();
    return values;
  }

  private Pickled remembered(long index) throws WeightFileException {
    Pickled value = memo.get(index);
    if (value == null) {
      throw in.error("its pickle uses entry %d of its memo, which is empty".formatted(index));
    }
    return value;
  }

  private long index(String line) throws WeightFileException {
    if (decimal(line) instanceof Whole whole) {
      return whole.value();
    }
    throw in.error("its pickle has a memo index that is no number");
  }

  // Constants.

  private Pickled decimal(String line) throws WeightFileException {
    String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    if (digits.length() > LONGEST_NUMBER) {
      return Plain.HUGE;
    }
    return switch (digits) {
      case "00" -> Plain.FALSE; // Protocol 0 writes truth values as these two numbers.
      case "01" -> Plain.TRUE;
      default -> {
        try {
          yield number(new BigInteger(digits.strip()));
        } catch (NumberFormatException e) {
          throw in.error("its pickle has a number that is none at byte " + in.position());
        }
      }
    };
  }

  /** Reads a little-endian number in two's complement. */
  private Pickled binaryNumber(long length) throws WeightFileException {
    byte[] bytes = new byte[(int) Math.min(length, LONGEST_NUMBER)];
    if (length > bytes.length) {
      in.slice(length);
      return Plain.HUGE;
    }
    for (int i = bytes.length - 1; i >= 0; i--) {
      bytes[i] = (byte) in.unsignedByte();
    }
    return number(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
  }

  private static Pickled number(BigInteger value) {
    return value.bitLength() < Long.SIZE ? new Whole(value.longValue()) : new Large(value);
  }

  private void pushText(long length) throws WeightFileException {
    push(new Text(in.text(length, StandardCharsets.UTF_8)));
  }

  private void skipBytes(long length) throws WeightFileException {
    MemorySegment bytes = in.slice(length);
    push(new Bytes(bytes));
  }

  private static String unquoted(String line) {
    boolean quoted =
        line.length() >= 2
            && (line.charAt(0) == '\'' || line.charAt(0) == '"')
            && line.charAt(0) == line.charAt(line.length() - 1);
    return quoted ? line.substring(1, line.length() - 1) : line;
  }

  // Collections.

  private void append(List<Pickled> values) throws WeightFileException {
    if (peek() instanceof Sequence sequence && sequence.items instanceof ArrayList<Pickled> list) {
      list.addAll(values);
    } else if (!(peek() instanceof Instance)) {
      throw in.error("its pickle appends to what is no list at byte " + in.position());
    }
  }

  private void setItems(List<Pickled> keysAndValues) throws WeightFileException {
    if (peek() instanceof Dictionary dictionary) {
      putAll(dictionary, keysAndValues);
    } else if (peek() instanceof Instance object) {
      putAll(object.items, keysAndValues);
    } else {
      throw in.error("its pickle sets items of what is no dictionary at byte " + in.position());
    }
  }

  private void putAll(Dictionary dictionary, List<Pickled> keysAndValues)
      throws WeightFileException {
    if (keysAndValues.size() % 2 != 0) {
      throw in.error("its pickle has a key without a value at byte " + in.position());
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      dictionary.put(keysAndValues.get(i), keysAndValues.get(i + 1));
    }
  }

  // Calls.

  private Pickled call(Pickled called, Pickled given) throws WeightFileException {
    if (!(called instanceof Global function) || !(given instanceof Sequence sequence)) {
      return new Instance(nameOf(called), List.of());
    }
    if (isHarmful(function)) {
      throw in.error(
          "unpickling it would call %s, which builds no tensor; nothing was run"
              .formatted(function.qualifiedName()));
    }
    List<Pickled> arguments = sequence.items;
    return switch (function.qualifiedName()) {
      case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2" ->
          tensor(function, arguments, Optional.empty());
      case "torch._utils._rebuild_tensor_v3" ->
          tensor(
              function,
              arguments,
              arguments.size() > 6 ? elementType(arguments.get(6)) : Optional.empty());
      case "torch._utils._rebuild_parameter",
          "torch._utils._rebuild_parameter_with_state",
          "torch.nn.parameter.Buffer",
          "torch.jit._pickle.restore_type_tag" ->
          arguments.isEmpty() ? new Instance(nameOf(called), List.of()) : arguments.getFirst();
      case "torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type" -> {
        // A function that rebuilds by itself would recurse without end.
        boolean usual =
            arguments.size() > 2
                && arguments.getFirst() instanceof Global rebuild
                && !rebuild.name().startsWith("_rebuild_from_type");
        yield usual
            ? call(arguments.getFirst(), arguments.get(2))
            : new Instance(function.qualifiedName(), arguments);
      }
      case "_codecs.encode" ->
          !arguments.isEmpty() && arguments.getFirst() instanceof Text text
              ? Bytes.of(text)
              : new Instance(function.qualifiedName(), arguments);
      default -> instance(function, arguments);
    };
  }

  /**
   * Returns whether only a malicious file calls a function. The reader never runs the function; it
   * refuses the file so that the user does not pass it on.
   */
  private static boolean isHarmful(Global function) {
    String module = function.module();
    return switch (module.contains(".") ? module.substring(0, module.indexOf('.')) : module) {
      case "os", "posix", "nt", "subprocess", "commands", "shutil", "socket", "runpy", "pty" ->
          true;
      case "builtins", "__builtin__" ->
          switch (function.name()) {
            case "eval", "exec", "execfile", "compile", "open", "__import__" -> true;
            default -> false;
          };
      default -> false;
    };
  }

  private static Pickled extension(long code) {
    return new Instance("extension " + code, List.of());
  }

  private static String nameOf(Pickled called) {
    return switch (called) {
      case Global global -> global.qualifiedName();
      case Instance object -> object.className;
      default -> "an object";
    };
  }

  /**
   * Returns an object of a class. The reader creates collections; it keeps only the name, the
   * arguments and the state of any other object.
   */
  private Pickled instance(Pickled type, List<Pickled> arguments) throws WeightFileException {
    Optional<Pickled> known =
        type instanceof Global global ? collection(global, arguments) : Optional.empty();
    return known.isPresent() ? known.get() : new Instance(nameOf(type), arguments);
  }

  /**
   * Counts the elements that collections copy from other collections. A few bytes of a file may
   * copy a large collection many times.
   */
  private void copying(int elements) throws WeightFileException {
    copied += elements;
    if (copied > MOST_INSTRUCTIONS) {
      throw in.error("its pickle copies more than %d elements".formatted(MOST_INSTRUCTIONS));
    }
  }

  private Optional<Pickled> collection(Global type, List<Pickled> arguments)
      throws WeightFileException {
    return switch (type.qualifiedName()) {
      case "collections.OrderedDict",
          "collections.defaultdict",
          "collections.Counter",
          "builtins.dict",
          "__builtin__.dict" ->
          Optional.of(dictionary(arguments));
      case "builtins.list",
          "__builtin__.list",
          "builtins.tuple",
          "__builtin__.tuple",
          "builtins.set",
          "__builtin__.set",
          "builtins.frozenset",
          "__builtin__.frozenset",
          "collections.deque",
          "torch.Size",
          "torch.jit._pickle.build_boollist",
          "torch.jit._pickle.build_doublelist",
          "torch.jit._pickle.build_intlist",
          "torch.jit._pickle.build_tensorlist" -> {
        if (arguments.isEmpty() || !(arguments.getFirst() instanceof Sequence sequence)) {
          yield Optional.of(new Sequence());
        }
        copying(sequence.items.size());
        yield Optional.of(new Sequence(new ArrayList<>(sequence.items)));
      }
      default -> Optional.empty();
    };
  }

  /** Returns a dictionary: a copy of another one, one from a list of pairs, or an empty one. */
  private Dictionary dictionary(List<Pickled> arguments) throws WeightFileException {
    Dictionary dictionary = new Dictionary();
    for (Pickled argument : arguments) {
      if (argument instanceof Dictionary other) {
        copying(other.entries.size());
        dictionary.entries.putAll(other.entries);
      } else if (argument instanceof Sequence pairs) {
        copying(pairs.items.size());
        for (Pickled pair : pairs.items) {
          if (pair instanceof Sequence two && two.items.size() == 2) {
            dictionary.put(two.items.getFirst(), two.items.getLast());
          }
        }
      }
    }
    return dictionary;
  }

  private Pickled tensor(Global function, List<Pickled> arguments, Optional<ElementType> type)
      throws WeightFileException {
    if (arguments.isEmpty() || !(arguments.getFirst() instanceof StorageReference storage)) {
      return new Instance(function.qualifiedName(), arguments);
    }
    return new TensorReference(
        storage,
        type.or(storage::type),
        storage.start() + whole(argument(arguments, 1)),
        wholes(argument(arguments, 2)),
        wholes(argument(arguments, 3)));
  }

  /**
   * Returns a storage from {@code torch.save}'s persistent id: {@code ('storage', class, key,
   * device, elements)}. In legacy files the id also has a view, {@code None} or {@code (key, start,
   * elements)}.
   */
  private Pickled persistent(Pickled id) throws WeightFileException {
    if (!(id instanceof Sequence sequence)
        || sequence.items.isEmpty()
        || !(sequence.items.getFirst() instanceof Text)) {
      return new Instance("a persistent object", List.of());
    }
    List<Pickled> parts = sequence.items;
    String kind = text(argument(parts, 0));
    if (kind.equals("module")) { // A class with its source; only the class matters.
      return argument(parts, 1);
    }
    if (!kind.equals("storage")) {
      return new Instance("persistent " + kind, List.of());
    }
    Pickled type = argument(parts, 1);
    String className = type instanceof Global global ? global.name() : text(type);
    long start = 0;
    if (parts.size() > 5 && parts.get(5) instanceof Sequence view) {
      start = whole(argument(view.items, 1));
    }
    StorageReference storage =
        new StorageReference(
            className,
            storageType(className),
            text(argument(parts, 2)),
            whole(argument(parts, 4)),
            start);
    storages.put(storage.key(), storage);
    return storage;
  }

  private static Optional<ElementType> storageType(String className) {
    return switch (className) {
      case "DoubleStorage" -> Optional.of(ElementType.F64);
      case "FloatStorage" -> Optional.of(ElementType.F32);
      case "HalfStorage" -> Optional.of(ElementType.F16);
      case "BFloat16Storage" -> Optional.of(ElementType.BF16);
      case "LongStorage" -> Optional.of(ElementType.I64);
      case "IntStorage" -> Optional.of(ElementType.I32);
      case "ShortStorage" -> Optional.of(ElementType.I16);
      case "CharStorage" -> Optional.of(ElementType.I8);
      case "ByteStorage", "UntypedStorage" -> Optional.of(ElementType.U8);
      case "BoolStorage" -> Optional.of(ElementType.BOOL);
      default -> Optional.empty();
    };
  }

  private static Optional<ElementType> elementType(Pickled type) {
    if (!(type instanceof Global global) || !global.module().equals("torch")) {
      return Optional.empty();
    }
    return switch (global.name().toLowerCase(Locale.ROOT)) {
      case "float64", "double" -> Optional.of(ElementType.F64);
      case "float32", "float" -> Optional.of(ElementType.F32);
      case "float16", "half" -> Optional.of(ElementType.F16);
      case "bfloat16" -> Optional.of(ElementType.BF16);
      case "int64", "long" -> Optional.of(ElementType.I64);
      case "int32", "int" -> Optional.of(ElementType.I32);
      case "int16", "short" -> Optional.of(ElementType.I16);
      case "int8" -> Optional.of(ElementType.I8);
      case "uint8" -> Optional.of(ElementType.U8);
      case "bool" -> Optional.of(ElementType.BOOL);
      default -> Optional.empty();
    };
  }

  // Arguments.

  private Pickled argument(List<Pickled> arguments, int index) throws WeightFileException {
    if (index >= arguments.size()) {
      throw in.error(
          "its pickle gives %d arguments where at least %d are needed, at byte %d"
              .formatted(arguments.size(), index + 1, in.position()));
    }
    return arguments.get(index);
  }

  private List<Pickled> items(Pickled value) throws WeightFileException {
    if (value instanceof Sequence sequence) {
      return sequence.items;
    }
    throw wrong("a tuple");
  }

  private String text(Pickled value) throws WeightFileException {
    if (value instanceof Text text) {
      return text.value();
    }
    throw wrong("a text");
  }

  private long whole(Pickled value) throws WeightFileException {
    if (value instanceof Whole whole) {
      return whole.value();
    }
    throw wrong("a whole number");
  }

  private long[] wholes(Pickled value) throws WeightFileException {
    List<Pickled> items = items(value);
    if (items.size() > MOST_DIMENSIONS) { // Check before the copy: a few bytes may repeat it.
      throw in.error(
          "its pickle has a tensor of %d dimensions, but at most %d are supported"
              .formatted(items.size(), MOST_DIMENSIONS));
    }
    long[] numbers = new long[items.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = whole(items.get(i));
    }
    return numbers;
  }

  private WeightFileException wrong(String expected) {
    return in.error(
        "its pickle has something else than %s at byte %d".formatted(expected, in.position()));
  }
}
