package org.resnext4j.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.resnext4j.detection.network.FasterRcnn;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.models.onnx.OnnxExport;
import org.resnext4j.models.onnx.OnnxOptions;

/**
 * Writes the three networks of a detector as ONNX files. {@code NAME-pyramid.onnx} computes five
 * levels from pictures, {@code NAME-proposals.onnx} computes objectness and deltas from a level,
 * and {@code NAME-boxes.onnx} computes class logits and deltas from regions of 7×7. The caller must
 * compute the steps between the networks: RoIAlign and non-maximum suppression. The metadata of
 * each file describe the whole detector.
 *
 * {@snippet :
 * DetectorFile detector = DetectorFile.load(Path.of("bccd.safetensors"));
 * List<Path> files = DetectorExport.write(Path.of("bccd.onnx"), detector, OnnxOptions.DEFAULTS);
 * }
 */
public final class DetectorExport {

  private static final List<String> PARTS = List.of("pyramid", "proposals", "boxes");
  private static final String ENDING = ".onnx";

  private DetectorExport() {}

  /**
   * Writes the files atomically.
   *
   * @param file the name from which the three names are derived
   * @param options options of the export; their size is that of the pictures
   * @return the files, in the order in which their networks run
   * @throws IOException if writing fails
   */
  public static List<Path> write(Path file, DetectorFile detector, OnnxOptions options)
      throws IOException {
    String name = String.valueOf(file.getFileName());
    String stem = name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    List<Graph> graphs = detector.detector().graphs();
    int[] sizes = {options.size(), 0, FasterRcnn.REGION_SIDE};
    List<Path> written = new ArrayList<>();
    for (int part = 0; part < PARTS.size(); part++) {
      Path own = file.resolveSibling(stem + "-" + PARTS.get(part) + ENDING);
      OnnxExport.write(
          own,
          detector.detector().name() + " " + PARTS.get(part),
          graphs.get(part),
          detector.weights().get(part),
          detector.metadata(Map.of()),
          new OnnxOptions(sizes[part], options.foldBatchNorm(), options.externalData()));
      written.add(own);
    }
    return written;
  }
}
