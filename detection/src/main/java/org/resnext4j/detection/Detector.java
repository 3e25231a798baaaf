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
 * Finds objects in pictures with a Faster R-CNN (Ren et al. 2015) on a feature pyramid (Lin et al.
 * 2017).
 *
 * {@snippet :
 * try (Detector detector = Detector.load(Path.of("fasterrcnn_resnet50_fpn_coco.pth"))) {
 *   Image picture = ImageReader.defaults().read(Path.of("street.jpg"));
 *   detector.detect(picture).forEach(object -> IO.println(object));
 * }
 * }
 *
 * <p>Several threads may use one detector. The detector serves one thread at a time.
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
   * Loads a detector that this software or any version of torchvision trained. The network, sizes,
   * thresholds and class names come from the file's metadata, or from the names and shapes of its
   * tensors.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if the file cannot be read
   */
  public static Detector load(Path file) throws IOException {
    return load(file, Backend.cpu());
  }

  /**
   * Loads a detector for a backend. The detector closes the backend; see {@link #load(Path)}.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if the file cannot be read
   */
  public static Detector load(Path file, Backend backend) throws IOException {
    DetectorFile loaded = DetectorFile.load(file);
    return new Detector(loaded, loaded.options(), backend);
  }

  /**
   * Loads a detector with sizes and thresholds that replace those of the file; see {@link
   * #load(Path)}.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if the file cannot be read
   */
  public static Detector load(Path file, DetectionOptions options) throws IOException {
    return load(file, options, Backend.cpu());
  }

  /**
   * Loads a detector for a backend, with sizes and thresholds that replace those of the file. The
   * detector closes the backend; see {@link #load(Path)}.
   *
   * @throws WeightFileException if the file holds no weights of a detector
   * @throws IOException if the file cannot be read
   */
  public static Detector load(Path file, DetectionOptions options, Backend backend)
      throws IOException {
    return new Detector(DetectorFile.load(file), options, backend);
  }

  /** The sizes of pictures and the thresholds. */
  public DetectionOptions options() {
    return options;
  }

  /** Names of the classes; the first name is the background's. */
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
   * @return the objects, in descending order of their scores
   */
  public List<DetectedObject> detect(Image picture) {
    return detect(List.of(picture)).getFirst();
  }

  /**
   * Finds the objects of pictures. The pictures may have different sizes.
   *
   * @return the objects of each picture, in descending order of their scores
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

  /** Releases the weights and the threads. */
  @Override
  public void close() {
    network.close();
    backend.close();
  }
}
