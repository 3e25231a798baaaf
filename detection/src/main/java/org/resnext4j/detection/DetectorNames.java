package org.resnext4j.detection;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.network.Conventions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.models.ResNeXt;

/**
 * The names and layouts that a program uses for the tensors of a detector. {@link #torchvision}
 * translates the names and {@link #converted} the layout into torchvision's.
 */
enum DetectorNames {
  /**
   * torchvision's names, including those from before it put convolution and norm into one module.
   */
  TORCHVISION(
      Conventions.TORCHVISION,
      "backbone.body.conv1.weight",
      List.of(
          new Rule("(backbone\\.fpn\\.(?:inner|layer)_blocks\\.\\d+)\\.(weight|bias)", "$1.0.$2"),
          new Rule("(rpn\\.head\\.conv)\\.(weight|bias)", "$1.0.0.$2"),
          new Rule("(?:backbone|rpn|roi_heads)\\..*", "$0"))),
  /** Detectron2's names. The background's logit is the last, and the first layer takes BGR. */
  DETECTRON2(Conventions.DETECTRON2, "backbone.bottom_up.stem.conv1.weight", detectron2()),
  /** MMDetection's names. The background's logit is the last. */
  MMDETECTION(
      Conventions.MMDETECTION,
      "neck.lateral_convs.0.conv.weight",
      List.of(
          new Rule("backbone\\.(.*)", "backbone.body.$1"),
          new Rule(
              "neck\\.lateral_convs\\.(\\d)\\.conv\\.(.*)", "backbone.fpn.inner_blocks.$1.0.$2"),
          new Rule("neck\\.fpn_convs\\.(\\d)\\.conv\\.(.*)", "backbone.fpn.layer_blocks.$1.0.$2"),
          new Rule("rpn_head\\.rpn_conv\\.(.*)", "rpn.head.conv.0.0.$1"),
          new Rule("rpn_head\\.rpn_cls\\.(.*)", "rpn.head.cls_logits.$1"),
          new Rule("rpn_head\\.rpn_reg\\.(.*)", "rpn.head.bbox_pred.$1"),
          new Rule("roi_head\\.bbox_head\\.shared_fcs\\.0\\.(.*)", "roi_heads.box_head.fc6.$1"),
          new Rule("roi_head\\.bbox_head\\.shared_fcs\\.1\\.(.*)", "roi_heads.box_head.fc7.$1"),
          new Rule("roi_head\\.bbox_head\\.fc_cls\\.(.*)", "roi_heads.box_predictor.cls_score.$1"),
          new Rule(
              "roi_head\\.bbox_head\\.fc_reg\\.(.*)", "roi_heads.box_predictor.bbox_pred.$1")));

  private static final String FIRST_LAYER = FasterRcnn.TRUNK + "conv1.weight";
  private static final String LOGITS = FasterRcnn.PREDICTOR + "cls_score.";
  private static final String DELTAS = FasterRcnn.PREDICTOR + "bbox_pred.";

  private final Conventions conventions;
  private final String mark;

  @SuppressWarnings("ImmutableEnumChecker") // The list is unmodifiable, and its rules are records.
  private final List<Rule> rules;

  DetectorNames(Conventions conventions, String mark, List<Rule> rules) {
    this.conventions = conventions;
    this.mark = mark;
    this.rules = List.copyOf(rules);
  }

  /** A pattern of the program's names, and the torchvision name that replaces it. */
  private record Rule(Pattern pattern, String replacement) {
    Rule(String pattern, String replacement) {
      this(Pattern.compile(pattern), replacement);
    }
  }

  private static List<Rule> detectron2() {
    List<Rule> rules = new ArrayList<>();
    String trunk = "backbone\\.bottom_up\\.";
    rules.add(new Rule(trunk + "stem\\.conv1\\.norm\\.(.*)", "backbone.body.bn1.$1"));
    rules.add(new Rule(trunk + "stem\\.conv1\\.(.*)", "backbone.body.conv1.$1"));
    for (int stage = 1; stage <= 4; stage++) {
      String from = trunk + "res%d\\.(\\d{1,3})\\.".formatted(stage + 1);
      String to = "backbone.body.layer%d.$1.".formatted(stage);
      rules.add(new Rule(from + "conv(\\d)\\.norm\\.(.*)", to + "bn$2.$3"));
      rules.add(new Rule(from + "conv(\\d)\\.(.*)", to + "conv$2.$3"));
      rules.add(new Rule(from + "shortcut\\.norm\\.(.*)", to + "downsample.1.$2"));
      rules.add(new Rule(from + "shortcut\\.(.*)", to + "downsample.0.$2"));
      String level = "backbone.fpn.%%s_blocks.%d.0.$1".formatted(stage - 1);
      String pyramid = "backbone\\.fpn_%%s%d\\.(.*)".formatted(stage + 1);
      rules.add(new Rule(pyramid.formatted("lateral"), level.formatted("inner")));
      rules.add(new Rule(pyramid.formatted("output"), level.formatted("layer")));
    }
    String head = "proposal_generator\\.rpn_head\\.";
    rules.add(new Rule(head + "conv\\.(.*)", "rpn.head.conv.0.0.$1"));
    rules.add(new Rule(head + "objectness_logits\\.(.*)", "rpn.head.cls_logits.$1"));
    rules.add(new Rule(head + "anchor_deltas\\.(.*)", "rpn.head.bbox_pred.$1"));
    rules.add(new Rule("roi_heads\\.box_head\\.fc1\\.(.*)", "roi_heads.box_head.fc6.$1"));
    rules.add(new Rule("roi_heads\\.box_head\\.fc2\\.(.*)", "roi_heads.box_head.fc7.$1"));
    rules.add(new Rule("roi_heads\\.box_predictor\\..*", "$0"));
    return List.copyOf(rules);
  }

  /** Prefixes that trainers put before every name. */
  private static final List<String> WRAPPERS =
      List.of("", "model.", "state_dict.", "module.", "model.module.");

  /**
   * A program's names with a prefix.
   *
   * @param program the program
   * @param prefix prefix of every name, such as {@code model.}; may be empty
   */
  record Prefixed(DetectorNames program, String prefix) {

    /** torchvision's name of a tensor; empty if the tensor is no part of the detector. */
    Optional<String> torchvision(String name) {
      return name.startsWith(prefix)
          ? program.torchvision(name.substring(prefix.length()))
          : Optional.empty();
    }
  }

  /** Finds the program that wrote the names of a file; empty if no known program did. */
  static Optional<Prefixed> of(List<String> names) {
    Set<String> all = new HashSet<>(names);
    for (String wrapper : WRAPPERS) {
      for (DetectorNames each : values()) {
        if (all.contains(wrapper + each.mark)) {
          return Optional.of(new Prefixed(each, wrapper));
        }
      }
    }
    return Optional.empty();
  }

  /** The conventions of the program. */
  Conventions conventions() {
    return conventions;
  }

  /** torchvision's name of a tensor; empty if the tensor is no part of the detector. */
  private Optional<String> torchvision(String name) {
    for (Rule rule : rules) {
      Matcher matcher = rule.pattern().matcher(name);
      if (matcher.matches()) {
        return Optional.of(matcher.replaceFirst(rule.replacement()));
      }
    }
    return Optional.empty();
  }

  /**
   * Converts a tensor to torchvision's layout: RGB input, the background as first class, and deltas
   * for the background, which no computation reads.
   *
   * @param name torchvision's name of the tensor
   * @param trunk the detector's trunk
   */
  Tensor converted(String name, Tensor tensor, ResNeXt trunk) {
    if (this == TORCHVISION) {
      return tensor;
    }
    if (name.startsWith(LOGITS)) {
      return backgroundFirst(tensor);
    }
    if (name.startsWith(DELTAS)) {
      List<Integer> shape = new ArrayList<>(tensor.shape());
      shape.set(0, shape.getFirst() + Boxes.CORNERS);
      Tensor larger = Tensor.zeros(shape);
      int added = larger.values().length - tensor.values().length;
      System.arraycopy(tensor.values(), 0, larger.values(), added, tensor.values().length);
      return larger;
    }
    // MMDetection's own trunks take RGB. This trunk comes from Detectron2's authors and takes BGR.
    boolean bgr = this == DETECTRON2 || trunk.name().equals("resnext101_32x8d");
    return bgr && name.equals(FIRST_LAYER) ? channelsReversed(tensor) : tensor;
  }

  private static Tensor backgroundFirst(Tensor tensor) {
    float[] values = tensor.values();
    int row = values.length / tensor.shape().getFirst();
    float[] moved = new float[values.length];
    System.arraycopy(values, values.length - row, moved, 0, row);
    System.arraycopy(values, 0, moved, row, values.length - row);
    return new Tensor(tensor.shape(), moved);
  }

  /** Reverses the order of input channels in filters {@code [out, in, height, width]}. */
  private static Tensor channelsReversed(Tensor filters) {
    int channels = filters.shape().get(1);
    int plane = filters.shape().get(2) * filters.shape().get(3);
    float[] reversed = new float[filters.values().length];
    for (int from = 0; from < reversed.length; from += plane) {
      int filter = from / plane / channels;
      int channel = from / plane % channels;
      int to = (filter * channels + channels - 1 - channel) * plane;
      System.arraycopy(filters.values(), from, reversed, to, plane);
    }
    return new Tensor(filters.shape(), reversed);
  }
}
