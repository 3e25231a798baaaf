package org.resnext4j.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.resnext4j.detection.annotation.Rectangle;
import org.resnext4j.detection.box.Boxes;
import org.resnext4j.detection.network.DetectionNetwork;
import org.resnext4j.detection.network.DetectionOptions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.detection.network.FoundBoxes;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.models.weights.storage.WeightFileException;
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
  private final DetectionOptions options;
  private final List<String> names;
  private final Backend backend;
  private final DetectionNetwork network;

  private Detector(DetectorFile file, DetectionOptions options, Backend backend) {
    this.architecture = file.detector();
    this.options = options;
    this.names = file.classNames();
    this.backend = backend;
    this.network =
        new DetectionNetwork(
            backend, architecture, file.weights(), options, InferenceOptions.defaults());
  }

  /**
   * Loads a detector that was trained with this software or with torchvision, in any of its
   * versions. The file's metadata or the names and shapes of its tensors tell the network, sizes,
   * thresholds and class names.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if it cannot be read
   */
  public static Detector load(Path file) throws IOException {
    return load(file, Backend.cpu());
  }

  /**
   * Loads a detector for a backend, which the detector closes; see {@link #load(Path)}.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if it cannot be read
   */
  public static Detector load(Path file, Backend backend) throws IOException {
    DetectorFile loaded = DetectorFile.load(file);
    return new Detector(loaded, loaded.options(), backend);
  }

  /**
   * Loads a detector with other sizes and thresholds than the file's; see {@link #load(Path)}.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if it cannot be read
   */
  public static Detector load(Path file, DetectionOptions options) throws IOException {
    return load(file, options, Backend.cpu());
  }

  /**
   * Loads a detector with other sizes and thresholds for a backend, which the detector closes; see
   * {@link #load(Path)}.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if it cannot be read
   */
  public static Detector load(Path file, DetectionOptions options, Backend backend)
      throws IOException {
    return new Detector(DetectorFile.load(file), options, backend);
  }

  /** Sizes of pictures and thresholds. */
  public DetectionOptions options() {
    return options;
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
