package org.resnext4j.detection.network;

import java.util.ArrayList;
import java.util.List;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.models.Complexity;

/**
 * Parameters and multiply-adds of a detector for one picture: trunk, feature pyramid, proposal head
 * over all levels, and box head over all regions. RoIAlign, suppression and sorting have no
 * parameters, and their operations are not counted.
 *
 * @param input shape of the resized and padded picture, {@code [1, height, width, channels]}
 * @param parts the parts in the order in which they run
 */
public record DetectorComplexity(Shape input, List<Part> parts) {

  /** Usual height of a picture in reports of detectors' complexity. */
  public static final int USUAL_HEIGHT = 800;

  /** Usual width of that picture: 1333 pixels, padded to a multiple of 32. */
  public static final int USUAL_WIDTH = 1344;

  /** Copies the list. */
  public DetectorComplexity {
    parts = List.copyOf(parts);
  }

  /**
   * A part of a detector.
   *
   * @param name name for people
   * @param parameters number of trainable values
   * @param multiplyAdds number of multiplications, each with an addition
   */
  public record Part(String name, long parameters, long multiplyAdds) {}

  /**
   * Counts the parameters and multiply-adds of a detector.
   *
   * @param height height of the padded picture
   * @param width width of the padded picture
   * @param regions number of regions that the box head processes
   * @throws org.resnext4j.engine.graph.ShapeException if the picture is too small
   */
  public static DetectorComplexity of(FasterRcnn detector, int height, int width, int regions) {
    Shape input = new Shape(1, height, width, detector.trunk().inputChannels());
    Graph pyramid = detector.pyramid();
    List<Complexity.Layer> layers = Complexity.of(pyramid, input).layers();
    List<Part> parts = new ArrayList<>();
    parts.add(part("trunk", layers.stream().filter(layer -> !isPyramid(layer.name())).toList(), 1));
    parts.add(
        part("pyramid", layers.stream().filter(layer -> isPyramid(layer.name())).toList(), 1));
    Graph proposals = detector.proposals();
    List<Shape> shapes = pyramid.shapes(input);
    long proposalWork = 0;
    long proposalParameters = 0;
    for (String level : FasterRcnn.LEVELS) {
      Shape map = shapes.get(pyramid.outputs().get(level).index());
      Complexity each = Complexity.of(proposals, map);
      proposalWork += each.multiplyAdds();
      proposalParameters = each.parameters();
    }
    parts.add(new Part("proposal head", proposalParameters, proposalWork));
    int side = FasterRcnn.REGION_SIDE;
    Shape region = new Shape(1, side, side, detector.pyramidChannels());
    parts.add(part("box head", Complexity.of(detector.boxes(), region).layers(), regions));
    return new DetectorComplexity(input, parts);
  }

  /**
   * Counts the parameters and multiply-adds of a detector for 800×1344 pixels and 1,000 regions.
   */
  public static DetectorComplexity of(FasterRcnn detector) {
    return of(detector, USUAL_HEIGHT, USUAL_WIDTH, DetectionOptions.DEFAULTS.proposals());
  }

  private static boolean isPyramid(String layer) {
    return layer.startsWith("backbone.fpn.");
  }

  private static Part part(String name, List<Complexity.Layer> layers, int times) {
    Complexity all = new Complexity(layers);
    return new Part(name, all.parameters(), times * all.multiplyAdds());
  }

  /** Parameters of all parts. */
  public long parameters() {
    return parts.stream().mapToLong(Part::parameters).sum();
  }

  /** Multiply-adds of all parts. */
  public long multiplyAdds() {
    return parts.stream().mapToLong(Part::multiplyAdds).sum();
  }
}
