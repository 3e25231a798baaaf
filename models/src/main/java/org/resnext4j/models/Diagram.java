package org.resnext4j.models;

import java.util.ArrayList;
import java.util.List;

/** Draws the block of a model as text, in the manner of the paper's Fig. 3. */
public final class Diagram {

  private Diagram() {}

  /**
   * Returns a drawing of the first stage's block in the model's form, and notes on the model's
   * other differences from the paper.
   */
  public static String of(ResNeXt model) {
    int channels = model.stageChannels(0);
    List<String> layers =
        switch (model.kind()) {
          case BASIC ->
              List.of(layer(channels, "3×3", channels, ""), layer(channels, "3×3", channels, ""));
          case BOTTLENECK -> bottleneck(model, channels);
        };
    int width = layers.stream().mapToInt(String::length).max().orElse(0) + 4;
    boolean shortcut = model.shortcut() != Shortcut.NONE;
    String beside = shortcut ? "   │" : "";
    List<String> lines = new ArrayList<>();
    lines.add(centre(channels + "-d in", width));
    lines.add(shortcut ? branch(centre("│", width), "┐") : centre("│", width));
    for (String layer : layers) {
      lines.add("[ " + centre(layer, width - 4) + " ]" + beside);
      lines.add(centre("│", width) + beside);
    }
    if (shortcut) {
      lines.add(branch(centre("+", width), "┘"));
    }
    lines.add(centre(channels + "-d out", width));
    lines.addAll(notes(model));
    return String.join(System.lineSeparator(), lines.stream().map(String::stripTrailing).toList())
        + System.lineSeparator();
  }

  /**
   * Returns notes on the differences between a relative of ResNeXt and the paper's network outside
   * the drawn block.
   */
  private static List<String> notes(ResNeXt model) {
    List<String> notes = new ArrayList<>();
    switch (model.stem()) {
      case DEEP, TIERED ->
          notes.add(
              "stem: three 3×3 convolutions of %d, 32 and %d channels"
                  .formatted(model.stem() == Stem.DEEP ? 32 : 24, model.stemChannels()));
      case IMAGENET_CUT_POOL -> notes.add("stem: its max pool has no padding");
      case IMAGENET, CIFAR, CIFAR_POINTWISE -> {
        // These stems are the paper's.
      }
    }
    switch (model.variant().smoothing()) {
      case AVERAGE -> notes.add("strides: the mean of 2×2 pixels behind the 3×3 convolution");
      case BLUR -> notes.add("strides: a binomial filter behind the 3×3 convolution");
      case NONE -> {
        // The 3×3 convolution has the stride.
      }
    }
    if (model.shortcut() == Shortcut.AVERAGED_PROJECTION) {
      notes.add("shortcuts with a stride: the mean of 2×2 pixels, then 1×1");
    }
    if (model.variant().activation() == Variant.Activation.SILU) {
      notes.add("behind each batch norm: SiLU");
    }
    if (!notes.isEmpty()) {
      notes.addFirst("");
    }
    return notes;
  }

  /** Draws the line of the shortcut, from the middle of a line of text to the corner. */
  private static String branch(String line, String corner) {
    String middle = line.stripTrailing();
    return middle + "─".repeat(line.length() - middle.length() + 3) + corner;
  }

  private static List<String> bottleneck(ResNeXt model, int channels) {
    int paths = model.cardinality();
    int path = model.pathWidth(0);
    int width = model.stageWidth(0);
    String total = paths == 1 ? "" : " on each of %d paths".formatted(paths);
    return switch (model.form()) {
      case GROUPED -> grouped(model, channels);
      case CONCATENATED ->
          List.of(
              layer(channels, "1×1", path, total),
              layer(path, "3×3", path, total),
              "concatenate %d × %d channels".formatted(paths, path),
              layer(width, "1×1", channels, ""));
      case SUMMED ->
          List.of(
              layer(channels, "1×1", path, total),
              layer(path, "3×3", path, total),
              layer(path, "1×1", channels, total),
              "sum of %d paths".formatted(paths));
    };
  }

  private static List<String> grouped(ResNeXt model, int channels) {
    int paths = model.cardinality();
    int width = model.stageWidth(0);
    String groups = paths == 1 ? "" : ", group = " + paths;
    List<String> layers = new ArrayList<>();
    layers.add(layer(channels, "1×1", width, ""));
    Attention attention = model.variant().attention();
    if (attention == Attention.SELECTIVE_KERNEL) {
      layers.add(layer(width, "3×3", width, groups) + ", beside dilation 2");
      layers.add("softmax over both, weighted sum");
    } else {
      layers.add(layer(width, "3×3", width, groups));
    }
    if (attention == Attention.INNER_SQUEEZE_EXCITATION) {
      layers.add("squeeze, excite, scale");
    }
    layers.add(layer(width, "1×1", channels, ""));
    if (attention == Attention.SQUEEZE_EXCITATION) {
      layers.add("squeeze, excite, scale");
    }
    if (attention == Attention.EFFICIENT) {
      layers.add("pool, convolve channels, scale");
    }
    return layers;
  }

  private static String layer(int in, String kernel, int out, String note) {
    return "%d, %s, %d%s".formatted(in, kernel, out, note);
  }

  private static String centre(String text, int width) {
    String padded = " ".repeat((width - text.length()) / 2) + text;
    return padded + " ".repeat(width - padded.length());
  }
}
