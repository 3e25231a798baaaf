package org.resnext4j.inference.stream;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.data.ReadAhead;

/** A picture that was prepared for a network, or the reason why it was not. */
sealed interface Prepared {

  /**
   * A picture, ready for the network.
   *
   * @param source name of the picture's source
   * @param numbers the network's input, {@code [height, width, channels]}
   * @param region the part of the picture that the network sees
   * @param picture the picture itself, if it is kept for an explanation
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares it.
  record Ready(String source, float[] numbers, HeatMap.Region region, Optional<Image> picture)
      implements Prepared {}

  /**
   * A picture that could not be read, or whose answer was not finite.
   *
   * @param source name of the picture's source
   * @param reason the reason, without the name of the source
   */
  record Unreadable(String source, String reason) implements Prepared {}

  /** Memory of the decoded picture in bytes, if it is kept for an explanation. */
  default long pictureBytes() {
    return switch (this) {
      case Ready ready -> ready.picture().map(picture -> picture.rgb().length).orElse(0);
      case Unreadable _ -> 0;
    };
  }

  /**
   * Starts to read pictures ahead of a network. A failure is a value in the place of its picture.
   *
   * @param name name of the threads
   * @param decoders number of threads that decode
   * @param keepPictures whether the decoded pictures stay with their numbers
   */
  static ReadAhead<PictureSource, Prepared> ahead(
      String name,
      Classifier classifier,
      int decoders,
      boolean keepPictures,
      Iterator<? extends PictureSource> sources) {
    long numbers = (long) classifier.preprocessing().elements() * Float.BYTES;
    return ReadAhead.start(
        name,
        sources,
        source -> of(classifier, source, keepPictures),
        prepared -> numbers + prepared.pictureBytes(),
        ReadAhead.Limits.of(decoders, 2 * classifier.batch() + decoders));
  }

  private static Prepared of(Classifier classifier, PictureSource source, boolean keepPicture) {
    try {
      Image picture = source.read(classifier.reader());
      return new Ready(
          source.name(),
          classifier.prepare(picture),
          HeatMap.Region.of(picture, classifier.preprocessing()),
          keepPicture ? Optional.of(picture) : Optional.empty());
    } catch (OutOfMemoryError e) {
      return new Unreadable(source.name(), "the heap is too small to decode it");
    } catch (IOException e) {
      return new Unreadable(source.name(), reason(source.name(), e));
    } catch (RuntimeException e) {
      // A fault of a decoder on a hostile file must not end the run.
      return new Unreadable(source.name(), "it could not be decoded (%s)".formatted(e));
    }
  }

  private static String reason(String name, IOException failure) {
    String message = failure.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    return message.startsWith(name + ": ") ? message.substring(name.length() + 2) : message;
  }

  /**
   * Computes the results of a batch in the order of its pictures. If an answer is not finite, each
   * picture is computed alone, and the pictures without a finite answer become failures.
   *
   * @param answer computes the results of all readable pictures
   * @param failure the result of a picture without an answer
   */
  static <R> List<R> results(
      List<Prepared> batch,
      Function<List<Ready>, List<? extends R>> answer,
      Function<Unreadable, R> failure) {
    List<Ready> ready =
        batch.stream().filter(Ready.class::isInstance).map(Ready.class::cast).toList();
    Iterator<? extends R> answers = answers(ready, answer, failure).iterator();
    return batch.stream()
        .<R>map(prepared ->
            switch (prepared) {
              case Ready _ -> answers.next();
              case Unreadable unreadable -> failure.apply(unreadable);
            })
        .toList();
  }

  private static <R> List<? extends R> answers(
      List<Ready> ready,
      Function<List<Ready>, List<? extends R>> answer,
      Function<Unreadable, R> failure) {
    if (ready.isEmpty()) {
      return List.of();
    }
    try {
      return answer.apply(ready);
    } catch (ArithmeticException notFinite) {
      if (ready.size() == 1) {
        return List.of(
            failure.apply(new Unreadable(ready.getFirst().source(), notFinite.getMessage())));
      }
      return ready.stream()
          .flatMap(one -> answers(List.of(one), answer, failure).stream())
          .toList();
    }
  }
}
