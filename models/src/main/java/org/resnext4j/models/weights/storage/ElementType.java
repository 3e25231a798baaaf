package org.resnext4j.models.weights.storage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Optional;

/**
 * The type of a tensor's numbers in a file, little-endian. The names are those of safetensors. In
 * memory every tensor is float32.
 */
public enum ElementType {
  /** IEEE 754 double precision. */
  F64(8),
  /** IEEE 754 single precision. */
  F32(4),
  /** IEEE 754 half precision. */
  F16(2),
  /**
   * The upper half of IEEE 754 single precision (bfloat16): sign, exponent and 7 bits of the
   * mantissa.
   */
  BF16(2),
  /** Signed 64-bit integer. PyTorch's batch norms count batches with this type. */
  I64(8),
  /** Signed 32-bit integer. */
  I32(4),
  /** Signed 16-bit integer. */
  I16(2),
  /** Signed byte. */
  I8(1),
  /** Unsigned byte. */
  U8(1),
  /** A truth value: a byte that is 0 or not. */
  BOOL(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the bytes of one number. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether the type is a floating-point type, as weights require. */
  public boolean isReal() {
    return switch (this) {
      case F64, F32, F16, BF16 -> true;
      case I64, I32, I16, I8, U8, BOOL -> false;
    };
  }

  /**
   * Returns the type of a safetensors name, such as {@code BF16}; empty if the name is unsupported.
   */
  public static Optional<ElementType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** Returns the number at a byte offset, rounded to float32. */
  public float get(MemorySegment bytes, long at) {
    return switch (this) {
      case F64 -> (float) bytes.get(LittleEndian.DOUBLE, at);
      case F32 -> bytes.get(LittleEndian.FLOAT, at);
      case F16 -> Float.float16ToFloat(bytes.get(LittleEndian.SHORT, at));
      case BF16 -> Float.intBitsToFloat(bytes.get(LittleEndian.SHORT, at) << 16);
      case I64 -> (float) bytes.get(LittleEndian.LONG, at);
      case I32 -> (float) bytes.get(LittleEndian.INT, at);
      case I16 -> bytes.get(LittleEndian.SHORT, at);
      case I8 -> bytes.get(ValueLayout.JAVA_BYTE, at);
      case U8 -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xFF;
      case BOOL -> bytes.get(ValueLayout.JAVA_BYTE, at) != 0 ? 1 : 0;
    };
  }

  /** Reads consecutive numbers from a byte offset until the destination is full. */
  public void get(MemorySegment source, long at, float[] destination) {
    if (this == F32) {
      MemorySegment.copy(source, LittleEndian.FLOAT, at, destination, 0, destination.length);
      return;
    }
    for (int i = 0; i < destination.length; i++) {
      destination[i] = get(source, at + (long) i * bytes);
    }
  }

  /**
   * Stores consecutive numbers. Each number is rounded to the nearest value of the type, ties to
   * even.
   *
   * @param source the numbers
   * @param from the index of the first number
   * @param count how many numbers to store
   * @param destination the bytes to fill, from their start
   */
  public void put(float[] source, int from, int count, MemorySegment destination) {
    for (int i = 0; i < count; i++) {
      float value = source[from + i];
      long at = (long) i * bytes;
      switch (this) {
        case F64 -> destination.set(LittleEndian.DOUBLE, at, value);
        case F32 -> destination.set(LittleEndian.FLOAT, at, value);
        case F16 -> destination.set(LittleEndian.SHORT, at, Float.floatToFloat16(value));
        case BF16 -> destination.set(LittleEndian.SHORT, at, toBfloat16(value));
        case I64, I32, I16, I8, U8, BOOL ->
            throw new IllegalArgumentException("weights are not written as " + this);
      }
    }
  }

  private static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40); // Without its low bits NaN could become infinity.
    }
    int roundingHalfToEven = 0x7FFF + ((bits >>> 16) & 1);
    return (short) ((bits + roundingHalfToEven) >>> 16);
  }
}
