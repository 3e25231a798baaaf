package org.resnext4j.inference.stream;

import java.util.Optional;
import org.resnext4j.inference.Classification;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.vision.Image;

/**
 * The result for one picture of many: an answer or a failure.
 *
 * {@snippet :
 * try (PictureResults<Prediction> results = BulkClassifier.of(classifier).predictions(sources)) {
 *   switch (results.next()) {
 *     case Prediction.Answered answer -> System.out.println(answer.classification());
 *     case Prediction.Failed failure -> System.out.println(failure.reason());
 *   }
 * }
 * }
 */
public sealed interface Prediction {

  /** Name of the picture's source. */
  String source();

  /**
   * The answer for a picture.
   *
   * @param source name of the picture's source
   * @param classification the answer
   * @param explanation the explanation, if somebody asked for it
   */
  record Answered(String source, Classification classification, Optional<Explanation> explanation)
      implements Prediction {}

  /**
   * The failure of a picture that could not be read or had no finite answer.
   *
   * @param source name of the picture's source
   * @param reason the reason, without the name of the source
   */
  record Failed(String source, String reason) implements Prediction {}

  /**
   * A picture with the class activation map of its most probable class.
   *
   * @param picture the classified picture
   * @param map the map
   */
  record Explanation(Image picture, HeatMap map) {}
}
