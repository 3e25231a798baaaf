package org.resnext4j.inference.embedding;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Gatherers;
import java.util.stream.Stream;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.stream.PictureSource;
import org.resnext4j.vision.PictureMemory;

/**
 * Embeds any number of pictures: several threads decode ahead, and the network computes in batches.
 * The results have the order of the pictures, one for each.
 *
 * @param classifier the network; it stays open
 * @param decoders pictures decoded at once, at most
 */
public record BulkEmbedder(Classifier classifier, int decoders) {

  /**
   * Checks the number of threads.
   *
   * @throws IllegalArgumentException if it is not 1 to 256
   */
  public BulkEmbedder {
    if (decoders < 1 || decoders > 256) {
      throw new IllegalArgumentException("decoders must be 1 to 256, but were " + decoders);
    }
  }

  /** An embedder that decodes one picture on each processor. */
  public static BulkEmbedder of(Classifier classifier) {
    return new BulkEmbedder(classifier, Runtime.getRuntime().availableProcessors());
  }

  /** A picture, ready for the network or not readable. */
  private sealed interface Prepared {
    @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
    record Ready(String source, float[] numbers) implements Prepared {}

    record Unreadable(Embedding.Failed failure) implements Prepared {}
  }

  /**
   * The embeddings of pictures, lazily: the stream holds no more than a batch and the pictures that
   * are decoded ahead.
   */
  public Stream<Embedding> embed(Stream<? extends PictureSource> pictures) {
    return pictures
        .gather(Gatherers.mapConcurrent(decoders, this::prepare))
        .gather(Gatherers.windowFixed(classifier.batch()))
        .flatMap(this::compute);
  }

  private Prepared prepare(PictureSource source) {
    try {
      return new Prepared.Ready(
          source.name(),
          PictureMemory.during(() -> classifier.prepare(source.read(classifier.reader()))));
    } catch (OutOfMemoryError e) {
      return unreadable(source, "the heap is too small to decode it");
    } catch (IOException e) {
      return unreadable(source, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // A decoder's own fault on a hostile file must not end the run either.
      return unreadable(source, "it could not be decoded (%s)".formatted(e));
    }
  }

  private static Prepared unreadable(PictureSource source, String reason) {
    String name = source.name() + ": ";
    return new Prepared.Unreadable(
        new Embedding.Failed(
            source.name(), reason.startsWith(name) ? reason.substring(name.length()) : reason));
  }

  private Stream<Embedding> compute(List<Prepared> batch) {
    List<float[]> ready =
        batch.stream()
            .filter(Prepared.Ready.class::isInstance)
            .map(prepared -> ((Prepared.Ready) prepared).numbers())
            .toList();
    Iterator<float[]> vectors = classifier.embedPrepared(ready).iterator();
    return batch.stream()
        .map(prepared ->
            switch (prepared) {
              case Prepared.Ready picture -> new Embedding.Vector(picture.source(), vectors.next());
              case Prepared.Unreadable unreadable -> unreadable.failure();
            });
  }
}
