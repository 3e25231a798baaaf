package org.resnext4j.models.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * The constants (initializers) of an ONNX graph. They lie in the model's file or in a file beside
 * it.
 */
final class Initialisers {

  /**
   * The alignment of external constants in bytes: the size of a memory page, so runtimes can map a
   * constant.
   */
  private static final int ALIGNMENT = 4096;

  private final String location;
  private final List<float[]> external = new ArrayList<>();
  private long end;

  private Initialisers(String location) {
    this.location = location;
  }

  static Initialisers inModel() {
    return new Initialisers("");
  }

  /** Creates constants that go to a file of this name in the model's folder. */
  static Initialisers beside(String location) {
    return new Initialisers(location);
  }

  /** Returns a constant of float32. */
  TensorProto floats(String name, List<Integer> shape, float[] values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addAllDims(shape.stream().map(Integer::longValue).toList());
    if (location.isEmpty()) {
      return tensor.setRawData(UnsafeByteOperations.unsafeWrap(bytes(values))).build();
    }
    long offset = aligned(end);
    long length = (long) values.length * Float.BYTES;
    external.add(values);
    end = offset + length;
    return tensor
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", location))
        .addExternalData(entry("offset", Long.toString(offset)))
        .addExternalData(entry("length", Long.toString(length)))
        .build();
  }

  /**
   * Returns a small constant of int64, such as the bounds of a slice. The model's file always
   * contains it.
   */
  static TensorProto longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  /** Writes the constants of {@link #floats} to the file beside the model. */
  void writeData(FileChannel channel) throws IOException {
    long at = 0;
    for (float[] values : external) {
      ByteBuffer bytes = bytes(values);
      long place = aligned(at);
      at = place + bytes.remaining();
      while (bytes.hasRemaining()) {
        place += channel.write(bytes, place);
      }
    }
  }

  private static ByteBuffer bytes(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  private static long aligned(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
