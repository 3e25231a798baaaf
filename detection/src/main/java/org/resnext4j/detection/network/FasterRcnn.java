package org.resnext4j.detection.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Node;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.TrunkOptions;

/**
 * A Faster R-CNN with a feature pyramid (Ren et al. 2015; Lin et al. 2017) in torchvision's form.
 * It consists of three graphs, whose parameters have torchvision's names.
 *
 * @param trunk any network of the family with four stages; its classifier is not used
 * @param form the form of pyramid and heads
 * @param classes number of classes, including the background, which is class 0
 * @param pyramidChannels channels of each level, 256 in all published detectors
 * @param normEpsilon epsilon of the trunk's batch norms: 0 in torchvision's first published
 *     ResNet-50, otherwise 1e-5
 * @param conventions conventions of the program that trained the weights
 */
public record FasterRcnn(
    ResNeXt trunk,
    Form form,
    int classes,
    int pyramidChannels,
    double normEpsilon,
    Conventions conventions) {

  /** Names of the trunk graph's outputs, from the finest level to the coarsest. */
  public static final List<String> LEVELS = List.of("0", "1", "2", "3", "pool");

  /** Name of the proposal graph's output with the objectness logit of each anchor. */
  public static final String OBJECTNESS = "objectness";

  /** Name of the box graph's output with one logit for each class. */
  public static final String CLASS_LOGITS = "class_logits";

  /** Name of the proposal graph's and the box graph's output with four deltas for each box. */
  public static final String DELTAS = "deltas";

  /** Height and width of the box graph's input regions. */
  public static final int REGION_SIDE = 7;

  /** Prefix of the names of the trunk's parameters. */
  public static final String TRUNK = "backbone.body.";

  /** Prefix of the names of the pyramid's parameters. */
  public static final String PYRAMID = "backbone.fpn.";

  /** Prefix of the names of the proposal head's parameters. */
  public static final String PROPOSAL_HEAD = "rpn.head.";

  /** Prefix of the names of the parameters in the box head's last two layers. */
  public static final String PREDICTOR = "roi_heads.box_predictor.";

  private static final int ANCHORS_PER_PLACE = 3;
  private static final int REPRESENTATION = 1024;
  private static final int BOX_CONVOLUTIONS = 4;
  private static final int COORDINATES = 4;
  private static final int STAGES = 4;

  /** The form of pyramid and heads. */
  public enum Form {
    /** {@code fasterrcnn_…_fpn}: biases in the pyramid, two fully connected layers for boxes. */
    V1,
    /**
     * {@code fasterrcnn_…_fpn_v2}: batch norm in the pyramid, two convolutions for proposals, four
     * convolutions with batch norm and one fully connected layer for boxes.
     */
    V2
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if the trunk does not have four stages, or a number is too
   *     small
   */
  public FasterRcnn {
    Objects.requireNonNull(conventions, "conventions");
    if (trunk.stages().size() != STAGES) {
      throw new IllegalArgumentException(
          "a detector needs a trunk of %d stages, but %s has %d"
              .formatted(STAGES, trunk.name(), trunk.stages().size()));
    }
    if (classes < 2 || pyramidChannels < 1 || !(normEpsilon >= 0)) {
      throw new IllegalArgumentException(
          "a detector needs at least 2 classes, 1 channel and an epsilon of at least 0, but has"
              + " %d, %d and %s".formatted(classes, pyramidChannels, normEpsilon));
    }
  }

  /** Creates a detector with torchvision's conventions. */
  public FasterRcnn(
      ResNeXt trunk, Form form, int classes, int pyramidChannels, double normEpsilon) {
    this(trunk, form, classes, pyramidChannels, normEpsilon, Conventions.TORCHVISION);
  }

  /** Creates a detector with a pyramid of 256 channels and the default epsilon. */
  public static FasterRcnn of(ResNeXt trunk, Form form, int classes) {
    return new FasterRcnn(trunk, form, classes, 256, Op.BatchNorm.DEFAULT_EPSILON);
  }

  /**
   * Number of classes of detectors that torchvision trained on COCO, including the background.
   * COCO's category ids are the labels, so ids without a category count too.
   */
  public static final int COCO_CLASSES = 91;

  /** Names of torchvision's detectors, and of further detectors in the same style. */
  public static final List<String> NAMES =
      List.of(
          "fasterrcnn_resnet50_fpn",
          "fasterrcnn_resnet50_fpn_v2",
          "fasterrcnn_resnext50_32x4d_fpn",
          "fasterrcnn_resnext101_32x8d_fpn",
          "fasterrcnn_resnext101_64x4d_fpn");

  private static final Pattern NAME = Pattern.compile("fasterrcnn_(.+)_fpn(_v2)?");

  /** Whether a name has the form of a detector's. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /**
   * Creates a detector by its name, {@code fasterrcnn_TRUNK_fpn} or {@code
   * fasterrcnn_TRUNK_fpn_v2}.
   *
   * @param classes number of classes, including the background
   * @throws IllegalArgumentException if the name has another form, or no network has the trunk's
   *     name
   */
  public static FasterRcnn named(String name, int classes) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a detector is named fasterrcnn_TRUNK_fpn or fasterrcnn_TRUNK_fpn_v2, but found " + name);
    }
    Form form = matcher.group(2) == null ? Form.V1 : Form.V2;
    return of(ResNeXt.preset(matcher.group(1)), form, classes);
  }

  /** This detector with another number of classes, including the background. */
  public FasterRcnn withClasses(int count) {
    return new FasterRcnn(trunk, form, count, pyramidChannels, normEpsilon, conventions);
  }

  /** The tensors of a classifier's trunk, with this detector's names. */
  public Map<String, Tensor> trunkTensors(Map<String, Tensor> classifier) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : pyramid().parameters().keySet()) {
      if (name.startsWith(TRUNK) && classifier.containsKey(name.substring(TRUNK.length()))) {
        tensors.put(name, classifier.get(name.substring(TRUNK.length())));
      }
    }
    return tensors;
  }

  /** The name in torchvision's style, such as {@code fasterrcnn_resnext50_32x4d_fpn}. */
  public String name() {
    return "fasterrcnn_%s_fpn%s".formatted(trunk.name(), form == Form.V2 ? "_v2" : "");
  }

  /**
   * The graph of trunk and pyramid. Its input is a batch of pictures, and its outputs are {@link
   * #LEVELS}.
   */
  public Graph pyramid() {
    Graph.Builder graph = new Graph.Builder();
    Node pictures = graph.add("input", new Op.Input(trunk.inputChannels()));
    List<Node> maps = trunk.writeTrunk(graph, pictures, new TrunkOptions(TRUNK, normEpsilon));
    List<Node> levels = new ArrayList<>();
    Node coarser = null;
    for (int level = STAGES - 1; level >= 0; level--) {
      Op.Conv2d inner = pyramidConvolution(trunk.stageChannels(level), 1);
      Node lateral = normalised(graph, PYRAMID + "inner_blocks." + level, inner, maps.get(level));
      if (coarser == null) {
        coarser = lateral;
      } else {
        Node larger =
            graph.add(PYRAMID + "upsampled." + level, new Op.UpsampleNearest(), coarser, lateral);
        coarser = graph.add(PYRAMID + "sum." + level, new Op.Add(), lateral, larger);
      }
      Op.Conv2d layer = pyramidConvolution(pyramidChannels, 3);
      levels.addFirst(normalised(graph, PYRAMID + "layer_blocks." + level, layer, coarser));
    }
    levels.add(graph.add(PYRAMID + "pool", new Op.MaxPool(1, 2, 0), levels.getLast()));
    for (int level = 0; level < levels.size(); level++) {
      graph.output(LEVELS.get(level), levels.get(level));
    }
    return graph.build();
  }

  /**
   * The graph of the proposal head, which runs over each level. Its outputs are {@link #OBJECTNESS}
   * and {@link #DELTAS}.
   */
  public Graph proposals() {
    Graph.Builder graph = new Graph.Builder();
    Node map = graph.add("input", new Op.Input(pyramidChannels));
    for (int i = 0; i < (form == Form.V2 ? 2 : 1); i++) {
      String name = PROPOSAL_HEAD + "conv.%d.".formatted(i);
      Op.Conv2d filters = new Op.Conv2d(pyramidChannels, pyramidChannels, 3, 1, 1, 1, true);
      map = graph.add(name + "1", new Op.Relu(), graph.add(name + "0", filters, map));
    }
    Op.Conv2d logits = new Op.Conv2d(pyramidChannels, ANCHORS_PER_PLACE, 1, 1, 0, 1, true);
    Op.Conv2d deltas =
        new Op.Conv2d(pyramidChannels, ANCHORS_PER_PLACE * COORDINATES, 1, 1, 0, 1, true);
    graph.output(OBJECTNESS, graph.add(PROPOSAL_HEAD + "cls_logits", logits, map));
    graph.output(DELTAS, graph.add(PROPOSAL_HEAD + "bbox_pred", deltas, map));
    return graph.build();
  }

  /**
   * The graph of the box head, which runs over each region. Its outputs are {@link #CLASS_LOGITS}
   * and, for each class, {@link #DELTAS}.
   */
  public Graph boxes() {
    Graph.Builder graph = new Graph.Builder();
    Node node = graph.add("input", new Op.Input(pyramidChannels));
    String head = "roi_heads.box_head.";
    Op.Linear flattened = new Op.Linear(pyramidChannels, REGION_SIDE, REPRESENTATION);
    switch (form) {
      case V1 -> {
        node = graph.add(head + "relu6", new Op.Relu(), graph.add(head + "fc6", flattened, node));
        Op.Linear second = new Op.Linear(REPRESENTATION, REPRESENTATION);
        node = graph.add(head + "relu7", new Op.Relu(), graph.add(head + "fc7", second, node));
      }
      case V2 -> {
        for (int i = 0; i < BOX_CONVOLUTIONS; i++) {
          Op.Conv2d filters = new Op.Conv2d(pyramidChannels, pyramidChannels, 3, 1, 1, 1);
          Node normalised = normalised(graph, head + i, filters, node);
          node = graph.add(head + i + ".2", new Op.Relu(), normalised);
        }
        node = graph.add(head + "6", new Op.Relu(), graph.add(head + "5", flattened, node));
      }
    }
    Op.Linear logits = new Op.Linear(REPRESENTATION, classes);
    Op.Linear deltas = new Op.Linear(REPRESENTATION, classes * COORDINATES);
    graph.output(CLASS_LOGITS, graph.add(PREDICTOR + "cls_score", logits, node));
    graph.output(DELTAS, graph.add(PREDICTOR + "bbox_pred", deltas, node));
    return graph.build();
  }

  /** The three graphs in the order in which they run. */
  public List<Graph> graphs() {
    return List.of(pyramid(), proposals(), boxes());
  }

  /**
   * Distributes weights to the graphs.
   *
   * @param tensors tensors of all graphs, by torchvision's names
   * @return the weights of the graphs, in the order of {@link #graphs}
   * @throws IllegalArgumentException if tensors are missing, unexpected or of another shape; the
   *     message lists them
   */
  public List<Weights> weights(Map<String, Tensor> tensors) {
    Map<String, Tensor> rest = new LinkedHashMap<>(tensors);
    List<Weights> weights = new ArrayList<>();
    List<Graph> graphs = graphs();
    for (int i = 0; i < graphs.size(); i++) {
      Map<String, Tensor> own = new LinkedHashMap<>(rest);
      boolean last = i == graphs.size() - 1;
      if (!last) {
        // The last graph receives the tensors that belong to no graph, and reports them.
        own.keySet().retainAll(graphs.get(i).parameters().keySet());
      }
      rest.keySet().removeAll(own.keySet());
      weights.add(Weights.of(graphs.get(i), own));
    }
    return List.copyOf(weights);
  }

  private Op.Conv2d pyramidConvolution(int channels, int kernel) {
    return new Op.Conv2d(channels, pyramidChannels, kernel, 1, kernel / 2, 1, form == Form.V1);
  }

  /** A convolution. If it has no bias, a batch norm follows. */
  private static Node normalised(Graph.Builder graph, String name, Op.Conv2d filters, Node input) {
    Node convolved = graph.add(name + ".0", filters, input);
    return filters.bias()
        ? convolved
        : graph.add(name + ".1", new Op.BatchNorm(filters.outputChannels()), convolved);
  }
}
