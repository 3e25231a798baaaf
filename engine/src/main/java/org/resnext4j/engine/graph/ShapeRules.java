package org.resnext4j.engine.graph;

import java.util.List;

/** The checks and the arithmetic that several operations' shape rules share. */
final class ShapeRules {

  private ShapeRules() {}

  static Shape only(List<Shape> inputs, String what) {
    if (inputs.size() != 1) {
      throw new ShapeException("a %s needs one input, but has %d".formatted(what, inputs.size()));
    }
    return inputs.getFirst();
  }

  static Shape several(List<Shape> inputs, String what) {
    if (inputs.size() < 2) {
      throw new ShapeException(
          "a %s needs at least two inputs, but has %d".formatted(what, inputs.size()));
    }
    return inputs.getFirst();
  }

  static Shape requireChannels(Shape input, int channels, String what) {
    if (input.channels() != channels) {
      throw new ShapeException(
          "a %s expects %d channels, but found %d in %s"
              .formatted(what, channels, input.channels(), input));
    }
    return input;
  }

  /** The number of windows along one side. */
  static int places(int size, int kernel, int stride, int padding, boolean partial, String what) {
    int room = size + 2 * padding - kernel;
    if (room < 0 && !partial) {
      throw new ShapeException(
          "a %s with a kernel of %d needs at least %d pixels a side, but found %d"
              .formatted(what, kernel, kernel - 2 * padding, size));
    }
    if (!partial) {
      return room / stride + 1;
    }
    int places = Math.max(0, Math.ceilDiv(room, stride)) + 1;
    // A window must start inside the picture or its padding before it.
    return (places - 1) * stride >= size + padding ? places - 1 : places;
  }
}
