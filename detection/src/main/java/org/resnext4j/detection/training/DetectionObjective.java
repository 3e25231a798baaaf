package org.resnext4j.detection.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.resnext4j.detection.DetectorFile;
import org.resnext4j.detection.annotation.Annotations.Category;
import org.resnext4j.detection.annotation.Annotations.Picture;
import org.resnext4j.detection.annotation.DetectionSet;
import org.resnext4j.detection.annotation.Detections.Detection;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.metric.CocoEvaluation;
import org.resnext4j.detection.metric.CocoResult;
import org.resnext4j.detection.network.DetectionLosses;
import org.resnext4j.detection.network.DetectionNetwork;
import org.resnext4j.detection.network.DetectionOptions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.detection.network.FoundBoxes;
import org.resnext4j.detection.network.TrainableDetector;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.TrainingModel;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.training.Objective;
import org.resnext4j.training.Trainer;
import org.resnext4j.training.input.Randomness;
import org.resnext4j.training.input.Randomness.Purpose;
import org.resnext4j.training.recipe.LoopOptions;
import org.resnext4j.training.run.Judgement;
import org.resnext4j.training.run.Mean;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.data.ReadAhead;

/**
 * The training objective of Faster R-CNN: it minimises the sum of four losses and validates by
 * COCO's average precision.
 */
public final class DetectionObjective implements Objective {

  private static final String BACKGROUND = "background";

  private final DetectionRun run;
  private final DetectionSets sets;
  private final FasterRcnn detector;

  /**
   * Creates an objective.
   *
   * @param run description of the training run
   * @param sets pictures for training and for validation
   */
  public DetectionObjective(DetectionRun run, DetectionSets sets) {
    this.run = run;
    this.sets = sets;
    this.detector = run.detector();
  }

  @Override
  public DetectionRun run() {
    return run;
  }

  /** The pictures for training and for validation. */
  public DetectionSets sets() {
    return sets;
  }

  @Override
  public LoopOptions loop() {
    return run.recipe().loop();
  }

  @Override
  public int size() {
    return sets.examples().examples().size();
  }

  @Override
  public boolean canJudge() {
    return sets.validation().isPresent();
  }

  @Override
  public Session open(Trainer.Options options, Map<String, Tensor> weights, int epoch) {
    return new DetectionSession(options, weights);
  }

  @Override
  public void saveModel(Path file, List<Weights> weights, SequencedMap<String, String> provenance)
      throws IOException {
    List<String> names = Stream.concat(Stream.of(BACKGROUND), run.classes().stream()).toList();
    DetectorFile.save(
        file, new DetectorFile(detector, judgingOptions(), names, weights), provenance);
  }

  /** torchvision's thresholds at the recipe's last picture size. */
  private DetectionOptions judgingOptions() {
    DetectionRecipe.Pictures pictures = run.recipe().pictures();
    return DetectionOptions.DEFAULTS.withSides(
        pictures.shorterSides().getLast(), pictures.longerSide());
  }

  /** The networks under training and the input of their epoch. */
  private final class DetectionSession implements Session {

    private final Trainer.Options options;
    private final Backend backend;
    private final TrainableDetector training;
    private final DetectionInput input;
    private int epoch;

    DetectionSession(Trainer.Options options, Map<String, Tensor> weights) {
      this.options = options;
      backend = Backend.cpu(options.threads());
      DetectionRecipe recipe = run.recipe();
      training =
          new TrainableDetector(
              backend,
              detector,
              detector.weights(weights),
              recipe.frozen(),
              recipe.proposals(),
              recipe.learning());
      input = new DetectionInput(sets.examples().examples(), run, options.inputThreads());
    }

    @Override
    public List<TrainingModel> models() {
      return training.models();
    }

    @Override
    public void beginEpoch(int number, int[] order, int firstBatch) {
      epoch = number;
      input.start(number, order, firstBatch);
    }

    @Override
    public BatchResult batch() throws IOException, InterruptedException {
      DetectionInput.Batch batch = input.take();
      Randomness random = Randomness.of(run.seed(), Purpose.REGIONS, epoch, batch.number());
      DetectionLosses losses = training.step(batch.pictures(), batch.truth(), random);
      int pictures = batch.truth().size();
      SequencedMap<String, Mean> figures = new LinkedHashMap<>();
      figures.put("accuracy", new Mean(losses.boxes().right(), losses.boxes().sampled()));
      losses
          .byName()
          .forEach((name, loss) -> figures.put(name, new Mean(pictures * loss, pictures)));
      return new BatchResult(losses.sum(), pictures, figures);
    }

    @Override
    public Judgement judge(List<Weights> weights) throws IOException, InterruptedException {
      DetectionSet set =
          sets.validation()
              .orElseThrow(() -> new IllegalStateException("there are no pictures to judge by"));
      List<Category> categories = set.annotations().categories();
      List<Detection> detections = new ArrayList<>();
      try (DetectionNetwork network =
              new DetectionNetwork(
                  backend, detector, weights, judgingOptions(), InferenceOptions.defaults());
          ReadAhead<Picture, Image> pictures =
              ReadAhead.start(
                  "validation",
                  set.annotations().pictures().iterator(),
                  picture -> ImageReader.defaults().read(set.file(picture)),
                  image -> image.rgb().length,
                  ReadAhead.Limits.of(options.inputThreads(), 2 * options.inputThreads()))) {
        for (Picture picture : set.annotations().pictures()) {
          FoundBoxes found = network.detect(List.of(pictures.next().orElseThrow())).getFirst();
          Boxes boxes = found.boxes();
          for (int i = 0; i < boxes.count(); i++) {
            detections.add(
                new Detection(
                    picture.id(),
                    categories.get(found.classes()[i] - 1).id(),
                    new Rectangle(boxes.left(i), boxes.top(i), boxes.width(i), boxes.height(i)),
                    found.scores()[i]));
          }
        }
      }
      CocoResult result = CocoEvaluation.evaluate(set.annotations(), detections);
      return Judgement.of(
          "AP",
          result.averagePrecision(),
          "AP50",
          result.averagePrecisionAtHalf(),
          Judgement.PICTURES,
          set.annotations().pictures().size());
    }

    @Override
    public long waitedNanos() {
      return input.waitedNanos();
    }

    @Override
    public void close() {
      input.close();
      training.close();
      backend.close();
    }
  }
}
