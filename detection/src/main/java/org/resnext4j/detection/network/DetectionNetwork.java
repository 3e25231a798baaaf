package org.resnext4j.detection.network;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.resnext4j.detection.box.Anchors;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.region.FeatureMap;
import org.resnext4j.detection.region.PyramidRegions;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.InferencePlan;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.vision.Image;

/**
 * A Faster R-CNN compiled for a backend. Several threads may use one network. The network serves
 * one thread at a time, and each run uses all of the backend's threads.
 */
public final class DetectionNetwork implements AutoCloseable {

  /** Largest number of regions whose maps are in memory at once. A region takes 50 KB. */
  private static final int REGIONS_AT_ONCE = 250;

  /**
   * The number of regions in a run of the box head is a multiple of this number, so that few plans
   * serve all pictures.
   */
  private static final int REGION_STEP = 50;

  /**
   * Number of padded picture shapes whose plans are kept. Pictures of cameras have two or three.
   */
  private static final int PICTURE_SHAPES = 16;

  private final FasterRcnn architecture;
  private final DetectionOptions options;
  private final InferenceModel pyramid;
  private final InferenceModel proposals;
  private final InferenceModel boxes;
  private final boolean parallel;
  private final Plans<InferencePlan> pyramidPlans;
  private final Plans<InferencePlan> proposalPlans;
  private final Plans<InferencePlan> boxPlans;
  private final Anchors anchors;
  private final PyramidRegions regions;

  /**
   * Compiles the networks.
   *
   * @param weights the result of {@link FasterRcnn#weights}
   */
  public DetectionNetwork(
      Backend backend,
      FasterRcnn architecture,
      List<Weights> weights,
      DetectionOptions options,
      InferenceOptions compilation) {
    this.architecture = architecture;
    this.anchors = architecture.conventions().anchors();
    this.regions = architecture.conventions().regions();
    this.options = options;
    this.pyramid = backend.compile(architecture.pyramid(), weights.get(0), compilation);
    this.proposals = backend.compile(architecture.proposals(), weights.get(1), compilation);
    this.boxes = backend.compile(architecture.boxes(), weights.get(2), compilation);
    this.parallel = backend.threads() > 1;
    this.pyramidPlans = Plans.of(pyramid, PICTURE_SHAPES);
    this.proposalPlans = Plans.of(proposals, PICTURE_SHAPES * FasterRcnn.LEVELS.size());
    this.boxPlans = Plans.of(boxes, REGIONS_AT_ONCE / REGION_STEP);
  }

  /** Receives the values of each step. The tests compare them with torchvision's. */
  interface Observer {

    /**
     * Receives the values of one step.
     *
     * @param name name of the step, such as {@code features.0}
     */
    void see(String name, Shape shape, float[] values);
  }

  /**
   * Finds objects in pictures.
   *
   * @param pictures pictures of any sizes; they share a batch that is as large as the largest
   * @return the boxes of each picture, in pixels of that picture
   */
  public List<FoundBoxes> detect(List<Image> pictures) {
    return detect(pictures, (_, _, _) -> {});
  }

  List<FoundBoxes> detect(List<Image> pictures, Observer observer) {
    return detect(
        pictures,
        PictureBatch.of(
            pictures, options.shorterSide(), options.longerSide(), architecture.conventions()),
        observer);
  }

  private synchronized List<FoundBoxes> detect(
      List<Image> pictures, PictureBatch batch, Observer observer) {
    observer.see("batch", batch.shape(), batch.values());
    List<Level> levels = levels(batch, observer);
    List<Boxes> proposed = propose(batch, levels, observer);
    List<FoundBoxes> found = new ArrayList<>();
    for (int picture = 0; picture < pictures.size(); picture++) {
      PictureBatch.Size size = batch.sizes().get(picture);
      Image image = pictures.get(picture);
      Boxes own = proposed.get(picture);
      Judgement judgement = judge(Level.maps(levels, picture, batch.sizes()), own);
      Shape each = new Shape(Math.max(1, own.count()), 1, 1, architecture.classes());
      observer.see("class_logits", each, judgement.logits());
      observer.see("box_deltas", each, judgement.deltas());
      FoundBoxes chosen =
          FoundBoxes.choose(
              own,
              judgement.logits(),
              judgement.deltas(),
              size,
              options,
              architecture.conventions().smallestBox());
      found.add(chosen.inPictureOf(image.height(), image.width(), size));
    }
    return found;
  }

  private List<Level> levels(PictureBatch batch, Observer observer) {
    InferencePlan plan = pyramidPlans.of(batch.shape());
    plan.run(batch.values());
    List<Level> levels = new ArrayList<>();
    for (String name : FasterRcnn.LEVELS) {
      Level level = new Level(plan.outputShape(name), read(plan, name));
      observer.see("features." + name, level.shape(), level.values());
      levels.add(level);
    }
    return levels;
  }

  private List<Boxes> propose(PictureBatch batch, List<Level> levels, Observer observer) {
    List<Proposals> proposed = new ArrayList<>();
    batch
        .sizes()
        .forEach(_ ->
            proposed.add(new Proposals(ProposalOptions.of(options, architecture.conventions()))));
    for (int level = 0; level < levels.size(); level++) {
      Shape shape = levels.get(level).shape();
      InferencePlan plan = proposalPlans.of(shape);
      plan.run(levels.get(level).values());
      float[] logits = read(plan, FasterRcnn.OBJECTNESS);
      float[] deltas = read(plan, FasterRcnn.DELTAS);
      observer.see("objectness." + level, plan.outputShape(FasterRcnn.OBJECTNESS), logits);
      observer.see("deltas." + level, plan.outputShape(FasterRcnn.DELTAS), deltas);
      Boxes here =
          levels.get(level).anchors(anchors, level, batch.shape(), architecture.conventions());
      Proposals.addLevel(proposed, here, logits, deltas);
    }
    List<Boxes> chosen = new ArrayList<>();
    for (int picture = 0; picture < proposed.size(); picture++) {
      Boxes boxesOfPicture = proposed.get(picture).choose(batch.sizes().get(picture));
      Shape shape = new Shape(1, 1, Math.max(1, boxesOfPicture.count()), Boxes.CORNERS);
      observer.see("proposals." + picture, shape, boxesOfPicture.corners());
      chosen.add(boxesOfPicture);
    }
    return chosen;
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Judgement(float[] logits, float[] deltas) {}

  private Judgement judge(List<FeatureMap> maps, Boxes own) {
    int classes = architecture.classes();
    float[] logits = new float[own.count() * classes];
    float[] deltas = new float[own.count() * classes * Boxes.CORNERS];
    int side = FasterRcnn.REGION_SIDE;
    for (int first = 0; first < own.count(); first += REGIONS_AT_ONCE) {
      int count = Math.min(REGIONS_AT_ONCE, own.count() - first);
      int padded = (count + REGION_STEP - 1) / REGION_STEP * REGION_STEP;
      Shape shape = new Shape(padded, side, side, architecture.pyramidChannels());
      float[] cut = new float[Math.toIntExact(shape.elements())];
      cut(maps, own, first, count, cut);
      InferencePlan plan = boxPlans.of(shape);
      plan.run(cut);
      System.arraycopy(
          read(plan, FasterRcnn.CLASS_LOGITS), 0, logits, first * classes, count * classes);
      int values = classes * Boxes.CORNERS;
      System.arraycopy(read(plan, FasterRcnn.DELTAS), 0, deltas, first * values, count * values);
    }
    return new Judgement(logits, deltas);
  }

  /**
   * Cuts regions in parallel. Regions are independent, so the distribution over threads changes no
   * bit.
   */
  private void cut(List<FeatureMap> maps, Boxes own, int first, int count, float[] to) {
    int side = FasterRcnn.REGION_SIDE;
    int length = side * side * architecture.pyramidChannels();
    IntStream all = IntStream.range(0, count);
    (parallel ? all.parallel() : all)
        .forEach(i -> regions.forward(maps, own, first + i, to, i * length));
  }

  private static float[] read(InferencePlan plan, String output) {
    float[] values = new float[Math.toIntExact(plan.outputShape(output).elements())];
    plan.read(output, values);
    return values;
  }

  /** Releases the weights; the backend stays open. */
  @Override
  public synchronized void close() {
    pyramid.close();
    proposals.close();
    boxes.close();
  }
}
