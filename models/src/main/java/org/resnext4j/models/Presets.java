package org.resnext4j.models;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The networks that have a usual name, such as {@code resnext50_32x4d}. */
public final class Presets {

  /** The pattern of names such as {@code resnext29_8x64d}: depth, cardinality, width. */
  private static final Pattern CIFAR_RESNEXT =
      Pattern.compile("resnext(29|38|47|56)_([1-9]\\d{0,4})x([1-9]\\d{0,4})d");

  private static final Map<String, ResNeXt> NAMED = named();

  private Presets() {}

  /**
   * Returns the presets with a fixed name, those for ImageNet first. {@link #find} accepts further
   * names.
   */
  public static Collection<ResNeXt> all() {
    return NAMED.values();
  }

  static ResNeXt find(String name) {
    ResNeXt named = NAMED.get(name);
    if (named != null) {
      return named;
    }
    Matcher cifar = CIFAR_RESNEXT.matcher(name);
    if (cifar.matches()) {
      return cifarResNeXt(
          Integer.parseInt(cifar.group(1)),
          Integer.parseInt(cifar.group(2)),
          Integer.parseInt(cifar.group(3)));
    }
    List<String> near =
        NAMED.keySet().stream()
            .sorted(
                Comparator.comparingInt((String known) -> known.startsWith(name) ? 0 : 1)
                    .thenComparingInt(known -> distance(known, name)))
            .limit(3)
            .toList();
    throw new IllegalArgumentException(
        ("there is no model named '%s'; the nearest are %s, and"
                + " resnext{29,38,47,56}_{C}x{d}d for any cardinality C and width d")
            .formatted(name, String.join(", ", near)));
  }

  private static Map<String, ResNeXt> named() {
    Map<String, ResNeXt> models = new LinkedHashMap<>();
    Map<Integer, Integer[]> stages =
        Map.of(
            50, new Integer[] {3, 4, 6, 3},
            101, new Integer[] {3, 4, 23, 3},
            152, new Integer[] {3, 8, 36, 3},
            200, new Integer[] {3, 24, 36, 3});
    for (String width : List.of("32x4d", "1x64d", "2x40d", "4x24d", "8x14d")) {
      put(models, imagenet("resnext50_" + width, stages.get(50), width));
    }
    for (String width :
        List.of(
            "32x4d", "64x4d", "32x8d", "32x16d", "32x32d", "32x48d", "1x64d", "2x40d", "4x24d",
            "8x14d", "1x100d", "2x64d")) {
      put(models, imagenet("resnext101_" + width, stages.get(101), width));
    }
    put(models, imagenet("resnext152_32x4d", stages.get(152), "32x4d"));
    for (int depth : List.of(50, 101, 152, 200)) {
      put(models, imagenet("resnet" + depth, stages.get(depth), "1x64d"));
    }
    relatives(models, stages);
    put(models, basic("resnet18", 2, 2, 2, 2));
    put(models, basic("resnet34", 3, 4, 6, 3));
    put(models, cifarResNeXt(29, 8, 64));
    put(models, cifarResNeXt(29, 16, 64));
    for (int depth : List.of(20, 32, 44, 56, 110)) {
      put(models, cifarResNet(depth));
    }
    return models;
  }

  /**
   * Adds timm's relatives of the paper's networks, which have channel attention, deep stems or
   * smoothing.
   */
  private static void relatives(Map<String, ResNeXt> models, Map<Integer, Integer[]> stages) {
    Integer[] small = {2, 2, 2, 2};
    Variant plain = Variant.PAPER;
    Variant se = plain.with(Attention.SQUEEZE_EXCITATION);
    Variant eca = plain.with(Attention.EFFICIENT);
    Variant smooth = plain.with(Smoothing.AVERAGE);
    Variant silu =
        new Variant(
            Attention.NONE, Smoothing.NONE, Variant.Activation.SILU, Variant.Doubling.CARDINALITY);
    put(models, imagenet("wide_resnet50_2", stages.get(50), "1x128d"));
    put(models, imagenet("wide_resnet101_2", stages.get(101), "1x128d"));
    for (int depth : List.of(50, 101, 152, 200)) {
      put(models, deep("resnet" + depth + "d", stages.get(depth), "1x64d", plain));
    }
    put(models, deep("resnext50d_32x4d", stages.get(50), "32x4d", plain));
    put(models, deep("resnetaa50d", stages.get(50), "1x64d", smooth));
    put(models, deep("ecaresnet50d", stages.get(50), "1x64d", eca));
    put(models, with("seresnet50", stages.get(50), "1x64d", se));
    put(models, with("seresnext50_32x4d", stages.get(50), "32x4d", se));
    for (String width : List.of("32x4d", "32x8d", "64x4d")) {
      put(models, with("seresnext101_" + width, stages.get(101), width, se));
    }
    put(models, deep("seresnext26d_32x4d", small, "32x4d", se));
    put(models, deep("seresnext101d_32x8d", stages.get(101), "32x8d", se));
    Variant smoothSe = se.with(Smoothing.AVERAGE);
    put(models, deep("seresnextaa101d_32x8d", stages.get(101), "32x8d", smoothSe));
    Shortcut averaged = Shortcut.AVERAGED_PROJECTION;
    put(models, relative("seresnext26t_32x4d", small, "32x4d", Stem.TIERED, averaged, se));
    put(models, relative("ecaresnext26t_32x4d", small, "32x4d", Stem.TIERED, averaged, eca));
    put(models, relative("ecaresnext50t_32x4d", small, "32x4d", Stem.TIERED, averaged, eca));
    Shortcut projected = Shortcut.PROJECTION;
    put(models, relative("resnext26ts", small, "2x32d", Stem.TIERED, projected, silu));
    Variant siluSe = silu.with(Attention.INNER_SQUEEZE_EXCITATION);
    put(models, relative("seresnext26ts", small, "2x32d", Stem.TIERED, projected, siluSe));
    Variant selective = plain.with(Attention.SELECTIVE_KERNEL);
    put(models, with("skresnext50_32x4d", stages.get(50), "32x4d", selective));
    put(models, legacy("legacy_seresnext26_32x4d", small, se));
    put(models, legacy("legacy_seresnext50_32x4d", stages.get(50), se));
    put(models, legacy("legacy_seresnext101_32x4d", stages.get(101), se));
  }

  private static ResNeXt with(String name, Integer[] stages, String width, Variant variant) {
    return relative(name, stages, width, Stem.IMAGENET, Shortcut.PROJECTION, variant);
  }

  private static ResNeXt deep(String name, Integer[] stages, String width, Variant variant) {
    return relative(name, stages, width, Stem.DEEP, Shortcut.AVERAGED_PROJECTION, variant);
  }

  private static ResNeXt legacy(String name, Integer[] stages, Variant variant) {
    return relative(name, stages, "32x4d", Stem.IMAGENET_CUT_POOL, Shortcut.PROJECTION, variant);
  }

  private static ResNeXt relative(
      String name, Integer[] stages, String width, Stem stem, Shortcut shortcut, Variant variant) {
    String[] parts = width.replace("d", "").split("x", -1);
    return ResNeXt.builder()
        .name(name)
        .stem(stem)
        .stages(stages)
        .cardinality(Integer.parseInt(parts[0]))
        .width(Integer.parseInt(parts[1]))
        .shortcut(shortcut)
        .variant(variant)
        .build();
  }

  private static void put(Map<String, ResNeXt> models, ResNeXt model) {
    models.put(model.name(), model);
  }

  private static ResNeXt imagenet(String name, Integer[] stages, String cardinalityAndWidth) {
    String[] parts = cardinalityAndWidth.replace("d", "").split("x", -1);
    return ResNeXt.builder()
        .name(name)
        .stages(stages)
        .cardinality(Integer.parseInt(parts[0]))
        .width(Integer.parseInt(parts[1]))
        .build();
  }

  private static ResNeXt basic(String name, Integer... stages) {
    return ResNeXt.builder().name(name).basicBlocks().stages(stages).build();
  }

  /**
   * Returns a CIFAR network of the paper's section 5.3: three stages of {@code (depth - 2) / 9}
   * blocks.
   */
  private static ResNeXt cifarResNeXt(int depth, int cardinality, int width) {
    int blocks = (depth - 2) / 9;
    return ResNeXt.builder()
        .name("resnext%d_%dx%dd".formatted(depth, cardinality, width))
        .stem(Stem.CIFAR)
        .stages(blocks, blocks, blocks)
        .cardinality(cardinality)
        .width(width)
        .classes(10)
        .build();
  }

  /**
   * Returns a CIFAR network of "Deep Residual Learning" (He et al. 2016, section 4.2): three stages
   * of {@code (depth - 2) / 6} blocks.
   */
  private static ResNeXt cifarResNet(int depth) {
    int blocks = (depth - 2) / 6;
    return ResNeXt.builder()
        .name("resnet" + depth)
        .stem(Stem.CIFAR)
        .basicBlocks()
        .stages(blocks, blocks, blocks)
        .stemChannels(16)
        .shortcut(Shortcut.CENTRED_ZERO_PADDING)
        .classes(10)
        .build();
  }

  /**
   * Returns the Levenshtein distance of two names: the least number of insertions, deletions and
   * replacements.
   */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
