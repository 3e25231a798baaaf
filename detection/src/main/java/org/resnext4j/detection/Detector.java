package org.resnext4j.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.network.DetectionNetwork;
import org.resnext4j.detection.network.DetectionOptions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.detection.network.FoundBoxes;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.weights.WeightFile;
import org.resnext4j.models.weights.WeightFileException;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.vision.Image;

/**
 * Finds objects in pictures with a Faster R-CNN (Ren et al. 2015) on a feature pyramid.
 *
 * {@snippet :
 * try (Detector detector = Detector.load(Path.of("fasterrcnn_resnet50_fpn_coco.pth"))) {
 *   Image picture = ImageReader.defaults().read(Path.of("street.jpg"));
 *   detector.detect(picture).forEach(object -> IO.println(object));
 * }
 * }
 *
 * <p>Any number of threads may use one detector; they take turns.
 */
public final class Detector implements AutoCloseable {

  private final FasterRcnn architecture;
  private final List<String> names;
  private final Backend backend;
  private final DetectionNetwork network;

  private Detector(
      FasterRcnn architecture, List<Weights> weights, DetectionOptions options, Backend backend) {
    this.architecture = architecture;
    this.names = ClassNames.of(architecture.classes());
    this.backend = backend;
    this.network =
        new DetectionNetwork(backend, architecture, weights, options, InferenceOptions.defaults());
  }

  /**
   * Loads torchvision's weights with torchvision's options; see {@link #load(Path,
   * DetectionOptions)}.
   */
  public static Detector load(Path file) throws IOException {
    return load(file, DetectionOptions.DEFAULTS);
  }

  /**
   * Loads weights of a torchvision detector, with the names of any of its versions. The names and
   * shapes of the tensors tell the network.
   *
   * @throws WeightFileException if the file holds no such weights
   * @throws IOException if it cannot be read
   */
  public static Detector load(Path file, DetectionOptions options) throws IOException {
    return load(file, options, Backend.cpu());
  }

  /**
   * Loads weights for a backend, which the detector closes.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if it cannot be read
   */
  public static Detector load(Path file, DetectionOptions options, Backend backend)
      throws IOException {
    try (WeightFile weights = WeightFiles.openWhole(file)) {
      FasterRcnn architecture =
          DetectorRecognition.recognise(weights.tensors().values())
              .orElseThrow(() ->
                  new WeightFileException(
                      file,
                      "its %d tensors are not those of a torchvision Faster R-CNN with a pyramid"
                          .formatted(weights.tensors().size())));
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (String name : weights.tensors().keySet()) {
        if (!name.endsWith("num_batches_tracked")) {
          tensors.put(DetectorRecognition.currentName(name), weights.read(name));
        }
      }
      List<Weights> fitting;
      try {
        fitting = architecture.weights(tensors);
      } catch (IllegalArgumentException e) {
        throw new WeightFileException(
            file, "as %s, %s".formatted(architecture.name(), e.getMessage()), e);
      }
      return new Detector(architecture, fitting, options, backend);
    }
  }

  /** Returns the detector that the tensors of a file belong to; empty if they belong to none. */
  public static Optional<FasterRcnn> recognise(WeightFile file) {
    return DetectorRecognition.recognise(file.tensors().values());
  }

  /** Names of the classes, the background's first. */
  public List<String> classNames() {
    return names;
  }

  /** The description of the detector's networks. */
  public FasterRcnn architecture() {
    return architecture;
  }

  /**
   * Finds the objects of a picture.
   *
   * @return the objects, the highest score first
   */
  public List<DetectedObject> detect(Image picture) {
    return detect(List.of(picture)).getFirst();
  }

  /**
   * Finds the objects of pictures of any sizes.
   *
   * @return for each picture its objects, the highest score first
   */
  public List<List<DetectedObject>> detect(List<Image> pictures) {
    return network.detect(pictures).stream().map(this::objects).toList();
  }

  private List<DetectedObject> objects(FoundBoxes found) {
    List<DetectedObject> objects = new ArrayList<>();
    Boxes boxes = found.boxes();
    for (int i = 0; i < boxes.count(); i++) {
      int label = found.classes()[i];
      Rectangle box = new Rectangle(boxes.left(i), boxes.top(i), boxes.width(i), boxes.height(i));
      objects.add(new DetectedObject(label, names.get(label), found.scores()[i], box));
    }
    return List.copyOf(objects);
  }

  /** Releases weights and threads. */
  @Override
  public void close() {
    network.close();
    backend.close();
  }
}
