package org.resnext4j.detection.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.resnext4j.detection.box.Anchors;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.loss.BoxHeadLoss;
import org.resnext4j.detection.loss.HeadLoss;
import org.resnext4j.detection.loss.LearningOptions;
import org.resnext4j.detection.loss.ProposalLoss;
import org.resnext4j.detection.loss.ProposalLoss.LevelValues;
import org.resnext4j.detection.loss.SampledRegions;
import org.resnext4j.detection.loss.TrueObjects;
import org.resnext4j.detection.region.FeatureMap;
import org.resnext4j.detection.region.PyramidRegions;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.TrainingPlan;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;

/**
 * A Faster R-CNN under training: its three networks and a training step through all of them. The
 * box head treats a step's proposals as constants, as in torchvision (approximate joint training;
 * Faster R-CNN, section 3.2).
 *
 * <p>Only one thread at a time may use a detector.
 */
public final class TrainableDetector implements AutoCloseable {

  /** Number of padded batch shapes whose plans are kept. */
  private static final int BATCH_SHAPES = 16;

  /** Number of region counts whose plans are kept. Nearly all batches have the same count. */
  private static final int REGION_COUNTS = 8;

  private final FasterRcnn architecture;
  private final ProposalOptions proposalOptions;
  private final LearningOptions learning;
  private final TrainingModel pyramid;
  private final TrainingModel proposals;
  private final TrainingModel boxes;
  private final Plans<TrainingPlan> pyramidPlans;
  private final List<Plans<TrainingPlan>> proposalPlans;
  private final Plans<TrainingPlan> boxPlans;
  private final Anchors anchors;
  private final PyramidRegions regions;

  /**
   * Prepares the networks.
   *
   * @param weights the result of {@link FasterRcnn#weights}
   * @param frozen the parts that do not train
   * @param proposalOptions bounds on the proposals from which the box head learns
   * @param learning options that choose the training samples
   */
  public TrainableDetector(
      Backend backend,
      FasterRcnn architecture,
      List<Weights> weights,
      FrozenParts frozen,
      ProposalOptions proposalOptions,
      LearningOptions learning) {
    this.architecture = architecture;
    this.anchors = architecture.conventions().anchors();
    this.regions = architecture.conventions().regions();
    this.proposalOptions = proposalOptions;
    this.learning = learning;
    this.pyramid =
        backend.train(architecture.pyramid(), weights.get(0), frozen.options(architecture));
    this.proposals =
        backend.train(
            architecture.proposals(),
            weights.get(1),
            frozen.options(architecture).withInputGradient(true));
    this.boxes =
        backend.train(
            architecture.boxes(),
            weights.get(2),
            frozen.options(architecture).withInputGradient(true));
    this.pyramidPlans = Plans.of(pyramid, BATCH_SHAPES);
    this.proposalPlans =
        FasterRcnn.LEVELS.stream().map(_ -> Plans.of(proposals, BATCH_SHAPES)).toList();
    this.boxPlans = Plans.of(boxes, REGION_COUNTS);
  }

  /** The networks in the order of {@link FasterRcnn#graphs}. */
  public List<TrainingModel> models() {
    return List.of(pyramid, proposals, boxes);
  }

  /**
   * Runs a batch forward and replaces the gradients of all networks by those of the losses' sum.
   *
   * @param batch the pictures
   * @param truth the objects of each picture
   * @param random draws the anchors and regions
   */
  public DetectionLosses step(PictureBatch batch, List<TrueObjects> truth, RandomGenerator random) {
    TrainingPlan trunk = pyramidPlans.of(batch.shape());
    trunk.forward(batch.values());
    List<Level> levels = new ArrayList<>();
    for (String name : FasterRcnn.LEVELS) {
      levels.add(new Level(trunk.outputShape(name), read(trunk, name)));
    }
    Proposed proposed = propose(batch, levels, truth, random);
    List<SampledRegions> sampled = new ArrayList<>();
    for (int picture = 0; picture < truth.size(); picture++) {
      sampled.add(
          SampledRegions.of(proposed.boxes().get(picture), truth.get(picture), learning, random));
    }
    HeadLoss boxLoss = judge(batch, levels, proposed.gradients(), sampled);
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (int level = 0; level < levels.size(); level++) {
      gradients.put(FasterRcnn.LEVELS.get(level), proposed.gradients().get(level).values());
    }
    trunk.backward(gradients, false);
    return new DetectionLosses(proposed.loss(), boxLoss);
  }

  /**
   * The results of the proposal head: proposals of each picture, loss, and gradient of each level.
   */
  private record Proposed(List<Boxes> boxes, HeadLoss loss, List<Level> gradients) {}

  private Proposed propose(
      PictureBatch batch, List<Level> levels, List<TrueObjects> truth, RandomGenerator random) {
    List<Proposals> chosen = new ArrayList<>();
    truth.forEach(_ -> chosen.add(new Proposals(proposalOptions)));
    List<Boxes> levelAnchors = new ArrayList<>();
    List<TrainingPlan> plans = new ArrayList<>();
    List<LevelValues> outputs = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      Level map = levels.get(level);
      TrainingPlan plan = proposalPlans.get(level).of(map.shape());
      plan.forward(map.values());
      LevelValues values =
          new LevelValues(read(plan, FasterRcnn.OBJECTNESS), read(plan, FasterRcnn.DELTAS));
      Boxes here = map.anchors(anchors, level, batch.shape(), architecture.conventions());
      Proposals.addLevel(chosen, here, values.logits(), values.deltas());
      plans.add(plan);
      outputs.add(values);
      levelAnchors.add(here);
    }
    ProposalLoss.Result result =
        new ProposalLoss(learning, levelAnchors).of(outputs, truth, random);
    List<Level> gradients = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      LevelValues gradient = result.gradients().get(level);
      plans
          .get(level)
          .backward(
              Map.of(
                  FasterRcnn.OBJECTNESS, gradient.logits(), FasterRcnn.DELTAS, gradient.deltas()),
              level > 0);
      float[] ofMap = new float[levels.get(level).values().length];
      plans.get(level).readInputGradient(ofMap);
      gradients.add(new Level(levels.get(level).shape(), ofMap));
    }
    List<Boxes> boxesOfPictures = new ArrayList<>();
    for (int picture = 0; picture < chosen.size(); picture++) {
      boxesOfPictures.add(chosen.get(picture).choose(batch.sizes().get(picture)));
    }
    return new Proposed(boxesOfPictures, result.loss(), gradients);
  }

  /** Trains the box head on regions and adds their gradients to those of the levels. */
  private HeadLoss judge(
      PictureBatch batch, List<Level> levels, List<Level> gradients, List<SampledRegions> sampled) {
    int count = sampled.stream().mapToInt(SampledRegions::count).sum();
    if (count == 0) {
      Arrays.fill(boxes.gradients().values(), 0);
      return new HeadLoss(0, 0, 0, 0);
    }
    int side = FasterRcnn.REGION_SIDE;
    Shape shape = new Shape(count, side, side, architecture.pyramidChannels());
    int length = side * side * architecture.pyramidChannels();
    float[] cut = new float[Math.toIntExact(shape.elements())];
    int[] firsts = firsts(sampled);
    for (int picture = 0; picture < sampled.size(); picture++) {
      List<FeatureMap> maps = Level.maps(levels, picture, batch.sizes());
      Boxes own = sampled.get(picture).boxes();
      int first = firsts[picture];
      // Regions are independent, so the distribution over threads changes no bit.
      IntStream.range(0, own.count())
          .parallel()
          .forEach(region -> regions.forward(maps, own, region, cut, (first + region) * length));
    }
    TrainingPlan plan = boxPlans.of(shape);
    plan.forward(cut);
    BoxHeadLoss.Result result =
        new BoxHeadLoss(learning, architecture.classes())
            .of(sampled, read(plan, FasterRcnn.CLASS_LOGITS), read(plan, FasterRcnn.DELTAS));
    plan.backward(
        Map.of(FasterRcnn.CLASS_LOGITS, result.logits(), FasterRcnn.DELTAS, result.deltas()),
        false);
    plan.readInputGradient(cut);
    // Regions overlap, so one thread adds all regions of a picture, in their order.
    IntStream.range(0, sampled.size())
        .parallel()
        .forEach(picture -> {
          List<FeatureMap> maps = Level.maps(gradients, picture, batch.sizes());
          Boxes own = sampled.get(picture).boxes();
          for (int region = 0; region < own.count(); region++) {
            regions.backward(maps, own, region, cut, (firsts[picture] + region) * length);
          }
        });
    return result.loss();
  }

  /** The index of each picture's first region in the batch. */
  private static int[] firsts(List<SampledRegions> sampled) {
    int[] firsts = new int[sampled.size()];
    for (int picture = 1; picture < firsts.length; picture++) {
      firsts[picture] = firsts[picture - 1] + sampled.get(picture - 1).count();
    }
    return firsts;
  }

  private static float[] read(TrainingPlan plan, String output) {
    float[] values = new float[Math.toIntExact(plan.outputShape(output).elements())];
    plan.read(output, values);
    return values;
  }

  /** Releases the networks; the backend stays open. */
  @Override
  public void close() {
    models().forEach(TrainingModel::close);
  }
}
