package org.resnext4j.models;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;

/**
 * Describes one network of the ResNeXt family (Xie et al. 2017). A ResNet (He et al. 2016) is a
 * member of cardinality 1.
 *
 * <p>The template keeps the paper's two rules (section 3.1). First, blocks that produce feature
 * maps of one size share their width and filter sizes. Second, each halving of the feature map
 * doubles the width. Therefore one cardinality C, one width d and the number of blocks of each
 * stage determine the network. At stage s (from 0) the grouped convolution has {@code C · d · 2^s}
 * channels. The stage's output has {@code stemChannels · 2^s · 4} channels (times 1 instead of 4
 * for basic blocks).
 *
 * {@snippet :
 * ResNeXt model = ResNeXt.preset("resnext50_32x4d").withClasses(10);
 * Graph graph = model.graph();
 * }
 *
 * @param name the usual name, such as {@code resnext50_32x4d}
 * @param stem the layers before the first stage
 * @param kind basic or bottleneck blocks
 * @param stages the number of blocks of each stage
 * @param stemChannels channels of the stem's output (64; 16 for the CIFAR ResNets)
 * @param cardinality C, the number of paths of a block; 1 for basic blocks
 * @param width d, the channels of one path in the first stage; for basic blocks the stem's channels
 * @param shortcut the function that a block adds to its residual
 * @param form the form of the block, one of three equivalent forms (Fig. 3)
 * @param variant the differences between the blocks and the paper's
 * @param inputChannels values of a pixel, 3 for RGB
 * @param classes number of logits
 */
public record ResNeXt(
    String name,
    Stem stem,
    BlockKind kind,
    List<Integer> stages,
    int stemChannels,
    int cardinality,
    int width,
    Shortcut shortcut,
    BlockForm form,
    Variant variant,
    int inputChannels,
    int classes) {

  /**
   * Checks every field.
   *
   * @throws IllegalArgumentException if a field is out of range; the message names the field, the
   *     expected value and the actual value
   */
  public ResNeXt {
    stages = List.copyOf(stages);
    requirePositive("stemChannels", stemChannels);
    requirePositive("cardinality", cardinality);
    requirePositive("width", width);
    requirePositive("inputChannels", inputChannels);
    requirePositive("classes", classes);
    if (stages.isEmpty() || stages.size() > 8) {
      throw new IllegalArgumentException("stages must be 1 to 8, but were " + stages.size());
    }
    stages.forEach(blocks -> requirePositive("blocks of a stage", blocks));
    if (kind == BlockKind.BASIC && (cardinality != 1 || width != stemChannels)) {
      throw new IllegalArgumentException(
          "a network of basic blocks has cardinality 1 and the stem's width of %d, but was %dx%dd"
              .formatted(stemChannels, cardinality, width));
    }
    if (kind == BlockKind.BASIC && form != BlockForm.GROUPED) {
      throw new IllegalArgumentException(
          "only bottleneck blocks have the forms of the paper's Fig. 3, but form was " + form);
    }
    boolean plain = kind == BlockKind.BOTTLENECK && form == BlockForm.GROUPED;
    if (!plain && !variant.equals(Variant.PAPER)) {
      throw new IllegalArgumentException(
          "only bottleneck blocks in grouped form have variants, but found %s blocks in form %s and %s"
              .formatted(kind, form, variant));
    }
  }

  private static void requirePositive(String what, int value) {
    if (value < 1 || value > 1 << 20) {
      throw new IllegalArgumentException(
          "%s must be 1 to %d, but was %d".formatted(what, 1 << 20, value));
    }
  }

  /**
   * Returns the network of a usual name. {@link Presets} lists the names.
   *
   * @throws IllegalArgumentException if no network has the name; the message gives the nearest
   *     names
   */
  public static ResNeXt preset(String name) {
    return Presets.find(name);
  }

  /** Returns a builder whose defaults describe ResNeXt-50 32×4d. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the same network with another number of classes. */
  public ResNeXt withClasses(int newClasses) {
    return new ResNeXt(
        name,
        stem,
        kind,
        stages,
        stemChannels,
        cardinality,
        width,
        shortcut,
        form,
        variant,
        inputChannels,
        newClasses);
  }

  /** Returns the same network with another shortcut. */
  public ResNeXt withShortcut(Shortcut newShortcut) {
    return new ResNeXt(
        name,
        stem,
        kind,
        stages,
        stemChannels,
        cardinality,
        width,
        newShortcut,
        form,
        variant,
        inputChannels,
        classes);
  }

  /** Returns a network of the same function whose blocks have another form (Fig. 3). */
  public ResNeXt withForm(BlockForm newForm) {
    return new ResNeXt(
        name,
        stem,
        kind,
        stages,
        stemChannels,
        cardinality,
        width,
        shortcut,
        newForm,
        variant,
        inputChannels,
        classes);
  }

  /** Returns the usual side of the network's input pictures, in pixels. */
  public int inputSize() {
    return stem.inputSize();
  }

  /** Returns the channels of the 3×3 convolutions at a stage (from 0): {@code C · d · 2^stage}. */
  public int stageWidth(int stage) {
    return Math.multiplyExact(stageCardinality(stage), pathWidth(stage));
  }

  /** Returns the channels of one path at a stage (from 0): {@code d · 2^stage} in the paper. */
  public int pathWidth(int stage) {
    return variant.doubling() == Variant.Doubling.WIDTH
        ? Math.multiplyExact(width, 1 << stage)
        : width;
  }

  /**
   * Returns the number of paths at a stage (from 0): C in the paper, {@code C · 2^stage} if the
   * variant doubles the cardinality instead of the width.
   */
  public int stageCardinality(int stage) {
    return variant.doubling() == Variant.Doubling.CARDINALITY
        ? Math.multiplyExact(cardinality, 1 << stage)
        : cardinality;
  }

  /** Returns the output channels of a stage (from 0). */
  public int stageChannels(int stage) {
    return Math.multiplyExact(stemChannels * kind.expansion(), 1 << stage);
  }

  /**
   * Returns the number of layers with weights on the longest path. The network's name states this
   * depth (50 for ResNeXt-50).
   */
  public int depth() {
    return depth(kind, stages);
  }

  private static int depth(BlockKind kind, List<Integer> stages) {
    int convolutions = kind == BlockKind.BOTTLENECK ? 3 : 2;
    return 2 + convolutions * stages.stream().mapToInt(Integer::intValue).sum();
  }

  /**
   * Returns the names of the nodes that compute the stages' outputs, from the finest feature map to
   * the coarsest. Class activation mapping (Zhou et al. 2016) reads the last one.
   */
  public List<String> stageOutputs() {
    List<String> names = new ArrayList<>();
    for (int stage = 0; stage < stages.size(); stage++) {
      names.add(blockName(stage, stages.get(stage) - 1) + ".relu");
    }
    return List.copyOf(names);
  }

  /**
   * Returns the feature maps of the stages with their channels and strides, from the finest to the
   * coarsest.
   */
  public List<Feature> features() {
    List<Feature> features = new ArrayList<>();
    for (int stage = 0; stage < stages.size(); stage++) {
      int stride = stem.stride() << stage;
      String map = "c" + Integer.numberOfTrailingZeros(stride);
      features.add(new Feature(map, stageOutputs().get(stage), stageChannels(stage), stride));
    }
    return List.copyOf(features);
  }

  /**
   * Returns torchvision's name of a block, such as {@code layer1.0}; the arguments count from 0.
   */
  public static String blockName(int stage, int block) {
    return "layer%d.%d".formatted(stage + 1, block);
  }

  /**
   * Returns the network as a graph. Its parameters have torchvision's names. The input has the
   * shape {@code [batch, height, width, inputChannels]}, the output {@code [batch, 1, 1, classes]}.
   */
  public Graph graph() {
    Graph.Builder graph = new Graph.Builder();
    new GraphBuilder(this, TrunkOptions.DEFAULTS, graph).network();
    return graph.build();
  }

  /**
   * Writes the trunk into a larger graph. The trunk is every layer before the global average pool.
   *
   * {@snippet :
   * Graph.Builder graph = new Graph.Builder();
   * Node pictures = graph.add("input", new Op.Input(3));
   * List<Node> maps = model.writeTrunk(graph, pictures, TrunkOptions.DEFAULTS);
   * graph.output("c5", maps.getLast());
   * }
   *
   * @param input the node that provides the pictures, {@code [batch, height, width, channels]}
   * @return the stages' outputs, which {@link #features} describes in the same order
   */
  public List<Node> writeTrunk(Graph.Builder graph, Node input, TrunkOptions options) {
    return writeTrunk(graph, input, options, stages.size());
  }

  /**
   * Writes the stem and the first stages. A detector that applies the last stage to its regions
   * (the paper's section 5.4) needs only these stages as its trunk.
   *
   * @param input the node that provides the pictures, {@code [batch, height, width, channels]}
   * @param count number of stages to write, from 1
   * @return the stages' outputs, from the finest map to the coarsest
   */
  public List<Node> writeTrunk(Graph.Builder graph, Node input, TrunkOptions options, int count) {
    GraphBuilder writer = new GraphBuilder(this, options, graph);
    List<Node> maps = new ArrayList<>();
    Node node = writer.stem(input);
    for (int stage = 0; stage < Math.min(count, stages.size()); stage++) {
      node = writer.stage(stage, node);
      maps.add(node);
    }
    return List.copyOf(maps);
  }

  /**
   * Writes one stage. A detector writes conv5 over its regions of interest with this method.
   *
   * @param stage the stage's number, from 0
   * @param input the node that provides the feature maps of the previous stage
   * @return the stage's output
   */
  public Node writeStage(Graph.Builder graph, Node input, TrunkOptions options, int stage) {
    return new GraphBuilder(this, options, graph).stage(stage, input);
  }

  /** Collects the fields of a {@link ResNeXt}. */
  public static final class Builder {

    private String name = "";
    private Stem stem = Stem.IMAGENET;
    private BlockKind kind = BlockKind.BOTTLENECK;
    private List<Integer> stages = List.of(3, 4, 6, 3);
    private int stemChannels = 64;
    private int cardinality = 32;
    private int width = 4;
    private Shortcut shortcut = Shortcut.PROJECTION;
    private BlockForm form = BlockForm.GROUPED;
    private Variant variant = Variant.PAPER;
    private int inputChannels = 3;
    private int classes = 1000;

    private Builder() {}

    /** Sets the name. The default name states depth, cardinality and width. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** Sets the stem, the layers before the first stage. */
    public Builder stem(Stem value) {
      stem = value;
      return this;
    }

    /**
     * Selects basic blocks of two 3×3 convolutions instead of bottlenecks; the cardinality becomes
     * 1.
     */
    public Builder basicBlocks() {
      kind = BlockKind.BASIC;
      return this;
    }

    /** Sets the number of blocks of each stage. */
    public Builder stages(Integer... blocks) {
      stages = List.of(blocks);
      return this;
    }

    /** Sets the channels of the stem's output. */
    public Builder stemChannels(int value) {
      stemChannels = value;
      return this;
    }

    /** Sets C, the number of paths of a block. */
    public Builder cardinality(int value) {
      cardinality = value;
      return this;
    }

    /** Sets d, the channels of one path in the first stage. */
    public Builder width(int value) {
      width = value;
      return this;
    }

    /** Sets the shortcut, the function that a block adds to its residual. */
    public Builder shortcut(Shortcut value) {
      shortcut = value;
      return this;
    }

    /** Sets the form of the blocks (Fig. 3). */
    public Builder form(BlockForm value) {
      form = value;
      return this;
    }

    /** Sets the differences between the blocks and the paper's. */
    public Builder variant(Variant value) {
      variant = value;
      return this;
    }

    /** Sets the number of values of a pixel. */
    public Builder inputChannels(int value) {
      inputChannels = value;
      return this;
    }

    /** Sets the number of logits. */
    public Builder classes(int value) {
      classes = value;
      return this;
    }

    /**
     * Returns the network.
     *
     * @throws IllegalArgumentException if a field is out of range
     */
    public ResNeXt build() {
      boolean basic = kind == BlockKind.BASIC;
      return new ResNeXt(
          name.isEmpty() ? madeName() : name,
          stem,
          kind,
          stages,
          stemChannels,
          basic ? 1 : cardinality,
          basic ? stemChannels : width,
          shortcut,
          form,
          variant,
          inputChannels,
          classes);
    }

    private String madeName() {
      int depth = ResNeXt.depth(kind, stages);
      return kind == BlockKind.BASIC
          ? "resnet%d".formatted(depth)
          : "resnext%d_%dx%dd".formatted(depth, cardinality, width);
    }
  }
}
