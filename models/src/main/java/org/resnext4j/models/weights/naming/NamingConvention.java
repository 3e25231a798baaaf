package org.resnext4j.models.weights.naming;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names that one code base gives to the parameters of the network. {@link #torchvision}
 * translates these names into torchvision's. A new code base needs one more element of {@link
 * #ALL}.
 *
 * @param stem the name of the first convolution's weight
 * @param firstBlock the name of a weight of the first block that identifies this convention
 * @param stems the prefixes of the stem's parameters, each with torchvision's prefix
 * @param block the pattern of a block's prefix; its groups are the stage and the block
 * @param firstStage the number of the first stage
 * @param firstBlockNumber the number of a stage's first block
 * @param layers the prefixes of the layers within a block, each with torchvision's prefix
 */
record NamingConvention(
    String stem,
    String firstBlock,
    Map<String, String> stems,
    Pattern block,
    int firstStage,
    int firstBlockNumber,
    Map<String, String> layers) {

  private static final Pattern NUMBERED = Pattern.compile("(\\d{1,3})\\.(\\d{1,4})\\.");

  private static final Map<String, String> TORCHVISION_LAYERS =
      Map.ofEntries(
          Map.entry("conv1.", "conv1."),
          Map.entry("bn1.", "bn1."),
          Map.entry("conv2.", "conv2."),
          Map.entry("bn2.", "bn2."),
          Map.entry("conv3.", "conv3."),
          Map.entry("bn3.", "bn3."),
          Map.entry("paths.", "paths."),
          Map.entry("downsample.0.", "downsample.0."),
          Map.entry("downsample.1.", "downsample.1."),
          Map.entry("downsample.2.", "downsample.2."),
          Map.entry("se.", "se."),
          Map.entry("se_module.", "se."),
          Map.entry("conv1.conv.", "conv1."), // timm's selective kernels
          Map.entry("conv1.bn.", "bn1."),
          Map.entry("conv3.conv.", "conv3."),
          Map.entry("conv3.bn.", "bn3."),
          Map.entry("shortcut.0.", "downsample.0."),
          Map.entry("shortcut.1.", "downsample.1."));

  /**
   * The modules of a converted Torch7 network: a map applies residual and shortcut, then a module
   * adds the results.
   */
  private static final Map<String, String> TORCH7_LAYERS =
      Map.of(
          "0.0.0.0.", "conv1.",
          "0.0.0.1.", "bn1.",
          "0.0.0.3.", "conv2.",
          "0.0.0.4.", "bn2.",
          "0.0.1.", "conv3.",
          "0.0.2.", "bn3.",
          "0.1.0.", "downsample.0.",
          "0.1.1.", "downsample.1.");

  private static final Map<String, String> NUMBERED_STEM = Map.of("0.", "conv1.", "1.", "bn1.");

  /** Returns a convention of torchvision, timm, kuangliu, mmcv or their followers. */
  private static NamingConvention usual(String stem, String firstBlock) {
    return new NamingConvention(
        stem,
        firstBlock,
        Map.of("conv1.", "conv1.", "bn1.", "bn1."),
        Pattern.compile("layer(\\d{1,3})\\.(\\d{1,4})\\."),
        1,
        0,
        TORCHVISION_LAYERS);
  }

  /**
   * Returns the convention of a torchvision network's children in an {@code nn.Sequential}, with or
   * without the pool.
   */
  private static NamingConvention children(int firstStage) {
    return new NamingConvention(
        "0.weight",
        firstStage + ".0.conv1.weight",
        NUMBERED_STEM,
        NUMBERED,
        firstStage,
        0,
        TORCHVISION_LAYERS);
  }

  /**
   * Returns the convention of the authors' networks after conversion from Torch7, such as Cadene's
   * {@code features}.
   */
  private static NamingConvention converted(int firstStage) {
    return new NamingConvention(
        "0.weight",
        firstStage + ".0.0.0.0.0.weight",
        NUMBERED_STEM,
        NUMBERED,
        firstStage,
        0,
        TORCH7_LAYERS);
  }

  /**
   * Cadene's SENets, timm's {@code legacy_} networks. Their pool has no padding, which no shape
   * reveals.
   */
  static final NamingConvention SENET =
      new NamingConvention(
          "layer0.conv1.weight",
          "layer1.0.conv1.weight",
          Map.of("layer0.conv1.", "conv1.", "layer0.bn1.", "bn1."),
          Pattern.compile("layer([1-9]\\d{0,2})\\.(\\d{1,4})\\."),
          1,
          0,
          TORCHVISION_LAYERS);

  /** timm's networks of modular blocks ({@code resnext26ts}). Their nonlinearity is SiLU. */
  static final NamingConvention MODULAR =
      new NamingConvention(
          "stem.conv1.conv.weight",
          "stages.0.0.conv1_1x1.conv.weight",
          Map.of(
              "stem.conv1.conv.", "conv1.0.",
              "stem.conv1.bn.", "conv1.1.",
              "stem.conv2.conv.", "conv1.3.",
              "stem.conv2.bn.", "conv1.4.",
              "stem.conv3.conv.", "conv1.6.",
              "stem.conv3.bn.", "bn1."),
          Pattern.compile("stages\\.(\\d{1,3})\\.(\\d{1,4})\\."),
          0,
          0,
          Map.of(
              "conv1_1x1.conv.", "conv1.",
              "conv1_1x1.bn.", "bn1.",
              "conv2_kxk.conv.", "conv2.",
              "conv2_kxk.bn.", "bn2.",
              "conv3_1x1.conv.", "conv3.",
              "conv3_1x1.bn.", "bn3.",
              "attn.", "se.",
              "shortcut.conv.", "downsample.0.",
              "shortcut.bn.", "downsample.1."));

  /** All conventions that the library reads. */
  static final List<NamingConvention> ALL =
      List.of(
          usual("conv1.weight", "layer1.0.conv1.weight"),
          usual("conv1.weight", "layer1.0.paths.0.conv1.weight"),
          usual("conv1.weight", "layer1.0.conv1.conv.weight"),
          usual("conv1.0.weight", "layer1.0.conv1.weight"),
          SENET,
          MODULAR,
          new NamingConvention( // prlz77
              "conv_1_3x3.weight",
              "stage_1.stage_1_bottleneck_0.conv_reduce.weight",
              Map.of("conv_1_3x3.", "conv1.", "bn_1.", "bn1."),
              Pattern.compile("stage_(\\d{1,3})\\.stage_\\d{1,3}_bottleneck_(\\d{1,4})\\."),
              1,
              0,
              Map.of(
                  "conv_reduce.", "conv1.",
                  "bn_reduce.", "bn1.",
                  "conv_conv.", "conv2.",
                  "bn.", "bn2.",
                  "conv_expand.", "conv3.",
                  "bn_expand.", "bn3.",
                  "shortcut.shortcut_conv.", "downsample.0.",
                  "shortcut.shortcut_bn.", "downsample.1.")),
          new NamingConvention( // pycls
              "stem.conv.weight",
              "s1.b1.f.a.weight",
              Map.of("stem.conv.", "conv1.", "stem.bn.", "bn1."),
              Pattern.compile("s(\\d{1,3})\\.b(\\d{1,4})\\."),
              1,
              1,
              Map.of(
                  "f.a.", "conv1.",
                  "f.a_bn.", "bn1.",
                  "f.b.", "conv2.",
                  "f.b_bn.", "bn2.",
                  "f.c.", "conv3.",
                  "f.c_bn.", "bn3.",
                  "proj.", "downsample.0.",
                  "bn.", "downsample.1.")),
          new NamingConvention( // Detectron2
              "stem.conv1.weight",
              "res2.0.conv1.weight",
              Map.of("stem.conv1.", "conv1.", "stem.conv1.norm.", "bn1."),
              Pattern.compile("res(\\d{1,3})\\.(\\d{1,4})\\."),
              2,
              0,
              Map.of(
                  "conv1.", "conv1.",
                  "conv1.norm.", "bn1.",
                  "conv2.", "conv2.",
                  "conv2.norm.", "bn2.",
                  "conv3.", "conv3.",
                  "conv3.norm.", "bn3.",
                  "shortcut.", "downsample.0.",
                  "shortcut.norm.", "downsample.1.")),
          new NamingConvention( // Transformers
              "embedder.embedder.convolution.weight",
              "encoder.stages.0.layers.0.layer.0.convolution.weight",
              Map.of(
                  "embedder.embedder.convolution.", "conv1.",
                  "embedder.embedder.normalization.", "bn1."),
              Pattern.compile("encoder\\.stages\\.(\\d{1,3})\\.layers\\.(\\d{1,4})\\."),
              0,
              0,
              Map.of(
                  "layer.0.convolution.", "conv1.",
                  "layer.0.normalization.", "bn1.",
                  "layer.1.convolution.", "conv2.",
                  "layer.1.normalization.", "bn2.",
                  "layer.2.convolution.", "conv3.",
                  "layer.2.normalization.", "bn3.",
                  "shortcut.convolution.", "downsample.0.",
                  "shortcut.normalization.", "downsample.1.")),
          converted(4),
          converted(3),
          children(4),
          children(3));

  /**
   * Returns torchvision's name for a parameter of the stem or of a block; empty for any other
   * tensor.
   */
  Optional<String> torchvision(String name) {
    Matcher matcher = block.matcher(name);
    if (!matcher.lookingAt()) {
      return replaced(name, stems);
    }
    int stage = Integer.parseInt(matcher.group(1)) - firstStage + 1;
    int number = Integer.parseInt(matcher.group(2)) - firstBlockNumber;
    if (stage < 1 || number < 0) {
      return replaced(name, stems);
    }
    return replaced(name.substring(matcher.end()), layers)
        .map(layer -> "layer%d.%d.%s".formatted(stage, number, layer));
  }

  /** Returns whether a name lies within a block, even if the convention does not know the layer. */
  boolean inBlock(String name) {
    return block.matcher(name).lookingAt();
  }

  private static Optional<String> replaced(String name, Map<String, String> prefixes) {
    return prefixes.entrySet().stream()
        .filter(entry -> name.startsWith(entry.getKey()))
        .max(Comparator.comparingInt(entry -> entry.getKey().length()))
        .map(entry -> entry.getValue() + name.substring(entry.getKey().length()));
  }
}
