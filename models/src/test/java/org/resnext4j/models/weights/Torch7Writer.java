package org.resnext4j.models.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes Torch7's binary serialisation, written for these tests after the layout that Torch7's
 * {@code File.lua} documents; no file of the authors was at hand.
 */
final class Torch7Writer {

  /** An object of a class with fields: its values are numbers, texts, truth values and these. */
  record Module(String className, Map<String, Object> fields) {

    static Module of(String className, Object... keysAndValues) {
      Map<String, Object> fields = new LinkedHashMap<>();
      for (int i = 0; i < keysAndValues.length; i += 2) {
        fields.put((String) keysAndValues[i], keysAndValues[i + 1]);
      }
      return new Module(className, fields);
    }

    /** A container, its children in a table numbered from 1. */
    static Module container(String className, List<Module> children) {
      return of(className, "modules", children, "train", false);
    }
  }

  /** A tensor of a class such as {@code torch.CudaTensor}, its storage float32. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Values(String kind, float[] values, long... shape) {}

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final IdentityHashMap<Object, Integer> written = new IdentityHashMap<>();

  private Torch7Writer() {}

  static void write(Path file, Object root) throws IOException {
    Torch7Writer writer = new Torch7Writer();
    writer.object(root);
    Files.write(file, writer.bytes.toByteArray());
  }

  private void object(Object value) {
    switch (value) {
      case java.lang.Number number -> {
        integer(1);
        longInteger(Double.doubleToRawLongBits(number.doubleValue()));
      }
      case String text -> {
        integer(2);
        text(text);
      }
      case Boolean truth -> {
        integer(5);
        integer(truth ? 1 : 0);
      }
      case Map<?, ?> table -> {
        if (reference(3, value)) {
          integer(table.size());
          table.forEach((key, item) -> {
            object(key);
            object(item);
          });
        }
      }
      case List<?> items -> {
        if (reference(3, value)) {
          integer(items.size());
          for (int i = 0; i < items.size(); i++) {
            object(i + 1);
            object(items.get(i));
          }
        }
      }
      case Module module -> {
        if (reference(4, value)) {
          text("V 1");
          text(module.className());
          object(module.fields());
        }
      }
      case Values tensor -> tensor(tensor);
      default -> throw new IllegalArgumentException("cannot write " + value);
    }
  }

  private void tensor(Values tensor) {
    if (!reference(4, tensor)) {
      return;
    }
    text("V 1");
    text("torch." + tensor.kind() + "Tensor");
    long[] shape = tensor.shape();
    integer(shape.length);
    long stride = tensor.values().length;
    for (long size : shape) {
      longInteger(size);
    }
    for (long size : shape) {
      stride /= size;
      longInteger(stride);
    }
    longInteger(1);
    if (reference(4, tensor.values())) {
      text("V 1");
      text("torch." + tensor.kind() + "Storage");
      longInteger(tensor.values().length);
      for (float value : tensor.values()) {
        integer(Float.floatToRawIntBits(value));
      }
    }
  }

  /** Writes the type and the index; whether the content has to follow. */
  private boolean reference(int type, Object value) {
    integer(type);
    Integer index = written.putIfAbsent(value, written.size() + 1);
    integer(index == null ? written.size() : index);
    return index == null;
  }

  private void text(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
    integer(encoded.length);
    bytes.writeBytes(encoded);
  }

  private void integer(int value) {
    bytes.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void longInteger(long value) {
    bytes.writeBytes(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
  }
}
