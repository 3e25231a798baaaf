package org.resnext4j.inference.stream;

import java.util.Optional;
import org.resnext4j.inference.Classification;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.vision.Image;

/** What came of one of many pictures. */
public sealed interface Prediction {

  /** Name of the picture's source. */
  String source();

  /**
   * It was classified.
   *
   * @param source name of the picture's source
   * @param classification the answer
   * @param explanation the reason, where asked for
   */
  record Answered(String source, Classification classification, Optional<Explanation> explanation)
      implements Prediction {}

  /**
   * It could not be read.
   *
   * @param source name of the picture's source
   * @param reason what was wrong with it, without its name
   */
  record Failed(String source, String reason) implements Prediction {}

  /**
   * A picture with the evidence for its most probable class.
   *
   * @param picture the one that was classified
   * @param map the evidence
   */
  record Explanation(Image picture, HeatMap map) {}
}
