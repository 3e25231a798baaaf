package org.resnext4j.models.weights.naming;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.models.Attention;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.Presets;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Shortcut;
import org.resnext4j.models.Smoothing;
import org.resnext4j.models.Stem;
import org.resnext4j.models.Variant;
import org.resnext4j.models.weights.storage.TensorInfo;

/**
 * Recognises a network from the names and shapes of its tensors. They determine the stem, the
 * blocks of each stage, the kind of block, the cardinality, the width, the shortcut and the
 * classes.
 *
 * <p>Shapes do not determine everything. A network without projections has shortcuts of type A,
 * centred or not, or no shortcuts. If a preset has the tensors' shapes, recognition takes the
 * preset's shortcut, otherwise type A.
 */
public final class ModelRecognition {

  private static final int MOST_STAGES = 8;

  private final Map<String, List<Integer>> shapes = new HashMap<>();
  private final Optional<NamingConvention> convention;

  private ModelRecognition(Collection<TensorInfo> tensors, Optional<NamingConvention> convention) {
    this.convention = convention;
    for (TensorInfo tensor : tensors) {
      shapes.put(ParameterNames.torchvision(tensor.name()), tensor.shape());
    }
  }

  /**
   * Returns the most likely network of some tensors.
   *
   * @param tensors names and shapes, such as those of an open weight file
   * @return the network, a preset if one matches; empty if the tensors belong to no network of the
   *     family
   */
  public static Optional<ResNeXt> recognise(Collection<TensorInfo> tensors) {
    return recognise(tensors, Optional.empty());
  }

  /**
   * Recognises a network as {@link #recognise(Collection)} does, from tensors whose names a
   * convention translated.
   */
  static Optional<ResNeXt> recognise(Collection<TensorInfo> tensors, NamingConvention convention) {
    return recognise(tensors, Optional.of(convention));
  }

  private static Optional<ResNeXt> recognise(
      Collection<TensorInfo> tensors, Optional<NamingConvention> convention) {
    try {
      return new ModelRecognition(tensors, convention).recognise();
    } catch (IllegalArgumentException | ArithmeticException noSuchNetwork) {
      return Optional.empty();
    }
  }

  private Optional<ResNeXt> recognise() {
    boolean deep = shapes.containsKey("conv1.0.weight");
    List<Integer> stem = shape(deep ? "conv1.0.weight" : "conv1.weight");
    List<Integer> stemEnd = deep ? shape("conv1.6.weight") : stem;
    List<Integer> classifier = shapes.getOrDefault("fc.weight", List.of());
    List<Integer> stages = stages();
    if (stem.size() != 4 || stemEnd.size() != 4 || classifier.size() != 2 || stages.isEmpty()) {
      return Optional.empty();
    }
    BlockForm form = form();
    boolean basic = form == BlockForm.GROUPED && shape("layer1.0.conv3.weight").isEmpty();
    ResNeXt.Builder builder =
        ResNeXt.builder()
            .stem(deep ? deepStem(stem.getFirst()) : stem(stem.get(2)))
            .inputChannels(stem.get(1))
            .stemChannels(stemEnd.getFirst())
            .stages(stages.toArray(Integer[]::new))
            .classes(classifier.getFirst())
            .shortcut(shortcut())
            .form(form);
    if (basic) {
      builder.basicBlocks();
    } else {
      String path = form == BlockForm.GROUPED ? "layer1.0." : "layer1.0.paths.0.";
      boolean selective = shapes.containsKey("layer1.0.conv2.paths.0.conv.weight");
      String middle = selective ? "conv2.paths.0.conv.weight" : "conv2.weight";
      List<Integer> transform = shape(path + middle);
      if (transform.size() != 4 || transform.get(1) < 1) {
        return Optional.empty();
      }
      int width = transform.get(1);
      builder.width(width);
      if (form == BlockForm.GROUPED) {
        builder.variant(variant(transform, shape("layer2.0." + middle)));
      }
      builder.cardinality(
          form == BlockForm.GROUPED ? transform.getFirst() / width : count("layer1.0.paths."));
    }
    ResNeXt model = builder.build();
    return Optional.of(preset(model).or(() -> onlyLookAlike(model)).orElse(model));
  }

  /**
   * Returns the only preset with tensors of these names and shapes, if the names did not determine
   * the network's function.
   */
  private static Optional<ResNeXt> onlyLookAlike(ResNeXt model) {
    List<ResNeXt> alike = LookAlikes.of(model);
    return alike.size() == 1 ? Optional.of(alike.getFirst()) : Optional.empty();
  }

  private boolean isNamedAs(NamingConvention wanted) {
    return convention.filter(wanted::equals).isPresent();
  }

  private Variant variant(List<Integer> transform, List<Integer> next) {
    Attention attention;
    if (shapes.containsKey("layer1.0.conv2.paths.0.conv.weight")) {
      attention = Attention.SELECTIVE_KERNEL;
    } else if (shapes.containsKey("layer1.0.se.conv.weight")) {
      attention = Attention.EFFICIENT;
    } else if (!shapes.containsKey("layer1.0.se.fc1.weight")) {
      attention = Attention.NONE;
    } else {
      List<Integer> squeeze = shape("layer1.0.se.fc1.weight");
      boolean onlyInside =
          squeeze.size() == 4
              && squeeze.get(1).equals(transform.getFirst())
              && !shape("layer1.0.conv3.weight").getFirst().equals(squeeze.get(1));
      attention =
          onlyInside || isNamedAs(NamingConvention.MODULAR)
              ? Attention.INNER_SQUEEZE_EXCITATION
              : Attention.SQUEEZE_EXCITATION;
    }
    boolean oneWidth =
        next.size() == 4
            && next.get(1).equals(transform.get(1))
            && next.getFirst() > transform.getFirst();
    return new Variant(
        attention,
        Smoothing.NONE, // No tensor reveals it; a file's name or configuration may.
        isNamedAs(NamingConvention.MODULAR) ? Variant.Activation.SILU : Variant.Activation.RELU,
        oneWidth ? Variant.Doubling.CARDINALITY : Variant.Doubling.WIDTH);
  }

  private static Stem deepStem(int channels) {
    return channels == 24 ? Stem.TIERED : Stem.DEEP;
  }

  private Stem stem(int side) {
    return switch (side) {
      case 1 -> Stem.CIFAR_POINTWISE;
      case 3 -> Stem.CIFAR;
      default -> isNamedAs(NamingConvention.SENET) ? Stem.IMAGENET_CUT_POOL : Stem.IMAGENET;
    };
  }

  private List<Integer> shape(String name) {
    return shapes.getOrDefault(name, List.of());
  }

  /** Returns the number of blocks of each stage, up to the first gap in the numbering. */
  private List<Integer> stages() {
    List<Integer> stages = new ArrayList<>();
    for (int stage = 1; stage <= MOST_STAGES; stage++) {
      int blocks = count("layer%d.".formatted(stage));
      if (blocks == 0) {
        break;
      }
      stages.add(blocks);
    }
    return stages;
  }

  /** Returns the number of prefixes {@code prefix0.…}, {@code prefix1.…} before the first gap. */
  private int count(String prefix) {
    int count = 0;
    while (hasBlock(prefix + count + ".")) {
      count++;
    }
    return count;
  }

  private boolean hasBlock(String block) {
    return shapes.containsKey(block + "conv1.weight")
        || shapes.containsKey(block + "paths.0.conv1.weight");
  }

  private BlockForm form() {
    if (shapes.containsKey("layer1.0.paths.0.conv3.weight")) {
      return BlockForm.SUMMED;
    }
    return shapes.containsKey("layer1.0.paths.0.conv1.weight")
        ? BlockForm.CONCATENATED
        : BlockForm.GROUPED;
  }

  private Shortcut shortcut() {
    if (shapes.keySet().stream().noneMatch(name -> name.contains(".downsample."))) {
      return Shortcut.ZERO_PADDING;
    }
    if (shapes.keySet().stream().anyMatch(name -> name.contains(".downsample.2."))) {
      return Shortcut.AVERAGED_PROJECTION;
    }
    boolean everywhere = shapes.containsKey("layer2.1.downsample.0.weight");
    return everywhere ? Shortcut.PROJECTION_ALWAYS : Shortcut.PROJECTION;
  }

  /**
   * Returns the preset with these shapes. If the shortcuts have no weights, the preset determines
   * their type. If one network has two names ({@code resnext50_1x64d} is {@code resnet50}), the
   * method returns the shorter.
   */
  private static Optional<ResNeXt> preset(ResNeXt model) {
    boolean weightless = model.shortcut() == Shortcut.ZERO_PADDING;
    return Presets.all().stream()
        .map(preset -> preset.withClasses(model.classes()))
        .filter(preset -> {
          boolean alike = weightless && preset.shortcut() == Shortcut.CENTRED_ZERO_PADDING;
          return sameButName(preset, alike ? model.withShortcut(preset.shortcut()) : model);
        })
        .min(Comparator.comparingInt(preset -> preset.name().length()));
  }

  private static boolean sameButName(ResNeXt preset, ResNeXt model) {
    return preset.stem() == model.stem()
        && preset.kind() == model.kind()
        && preset.stages().equals(model.stages())
        && preset.stemChannels() == model.stemChannels()
        && preset.cardinality() == model.cardinality()
        && preset.width() == model.width()
        && preset.shortcut() == model.shortcut()
        && preset.form() == model.form()
        && preset.variant().equals(model.variant())
        && preset.inputChannels() == model.inputChannels()
        && preset.classes() == model.classes();
  }
}
