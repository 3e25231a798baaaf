package org.resnext4j.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.resnext4j.detection.network.DetectionOptions;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.tensor.Tensor;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.models.weights.WeightFile;
import org.resnext4j.models.weights.WeightFiles;
import org.resnext4j.models.weights.storage.ElementType;
import org.resnext4j.models.weights.storage.WeightFileException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The contents of a detector's file. A file that {@link #save} wrote describes the detector in its
 * metadata. For a file of another program, the names and shapes of its tensors determine the
 * network.
 *
 * @param detector the networks
 * @param options sizes and thresholds
 * @param classNames names of the classes; the first name is the background's
 * @param weights weights of the detector's graphs, in the graphs' order
 */
public record DetectorFile(
    FasterRcnn detector, DetectionOptions options, List<String> classNames, List<Weights> weights) {

  private static final String KEY = "resnext4j.detector";
  private static final String PROVENANCE = "resnext4j.provenance";

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the number of names differs from the number of classes
   */
  public DetectorFile {
    classNames = List.copyOf(classNames);
    weights = List.copyOf(weights);
    if (classNames.size() != detector.classes()) {
      throw new IllegalArgumentException(
          "a detector of %d classes needs as many names, but has %d"
              .formatted(detector.classes(), classNames.size()));
    }
  }

  /** The contents of the metadata. */
  private record Description(
      FasterRcnn detector, DetectionOptions options, List<String> classNames) {}

  /**
   * Loads a detector.
   *
   * @throws WeightFileException if the file holds no detector, or its tensors do not fit
   * @throws IOException if the file cannot be read
   */
  public static DetectorFile load(Path file) throws IOException {
    try (WeightFile weights = WeightFiles.openWhole(file)) {
      Optional<Description> own = described(weights);
      if (own.isPresent()) {
        return of(own.get(), weights.readAll(), file);
      }
      DetectorRecognition recognised =
          DetectorRecognition.recognise(weights.tensors().values())
              .orElseThrow(() ->
                  new WeightFileException(
                      file,
                      "its %d tensors are not those of a Faster R-CNN with a pyramid, as torchvision, Detectron2 or MMDetection names them"
                          .formatted(weights.tensors().size())));
      FasterRcnn detector = recognised.detector();
      Description description =
          new Description(detector, DetectionOptions.DEFAULTS, ClassNames.of(detector.classes()));
      return of(description, recognised.read(weights), file);
    }
  }

  private static DetectorFile of(Description description, Map<String, Tensor> tensors, Path file)
      throws WeightFileException {
    FasterRcnn detector = description.detector();
    try {
      return new DetectorFile(
          detector, description.options(), description.classNames(), detector.weights(tensors));
    } catch (IllegalArgumentException e) {
      throw new WeightFileException(
          file, "as %s, %s".formatted(detector.name(), e.getMessage()), e);
    }
  }

  /**
   * Whether a file holds a detector.
   *
   * @throws IOException if the file cannot be read
   */
  public static boolean isDetector(Path file) throws IOException {
    try (WeightFile weights = WeightFiles.openWhole(file)) {
      return recognise(weights).isPresent();
    }
  }

  /** Returns the detector that a file holds; empty if the file holds none. */
  public static Optional<FasterRcnn> recognise(WeightFile file) throws WeightFileException {
    Optional<FasterRcnn> own = described(file).map(Description::detector);
    return own.isPresent()
        ? own
        : DetectorRecognition.recognise(file.tensors().values()).map(DetectorRecognition::detector);
  }

  private static Optional<Description> described(WeightFile file) throws WeightFileException {
    String json = file.metadata().get(KEY);
    if (json == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(JsonMapper.shared().readValue(json, Description.class));
    } catch (JacksonException e) {
      throw new WeightFileException(
          file.path(), "its metadata '%s' describe no detector".formatted(KEY), e);
    }
  }

  /**
   * Writes a detector as a safetensors file, atomically.
   *
   * @param provenance origin of the weights, by key
   * @throws IOException if writing fails; the file then keeps its old contents
   */
  public static void save(Path file, DetectorFile detector, Map<String, String> provenance)
      throws IOException {
    WeightFiles.write(file, detector.tensors(), detector.metadata(provenance), ElementType.F32);
  }

  /** The metadata that describe the detector without its weights, as text by key. */
  SequencedMap<String, String> metadata(Map<String, String> provenance) {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", "pt"); // Names and layout are PyTorch's; other readers need this entry.
    Description description = new Description(detector, options, classNames);
    metadata.put(KEY, JsonMapper.shared().writeValueAsString(description));
    metadata.put(PROVENANCE, JsonMapper.shared().writeValueAsString(provenance));
    return metadata;
  }

  /** The tensors of all graphs by name. */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    weights.forEach(part -> tensors.putAll(part.tensors()));
    return tensors;
  }
}
