package org.resnext4j.inference.stream;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.embedding.Embedding;

/**
 * Embeds any number of pictures. Threads read, decode and prepare pictures ahead while the network
 * computes batches. There is one result for each picture, in the order of the pictures; a picture
 * that cannot be read gives an {@link Embedding.Failed} with the reason in its place.
 *
 * {@snippet :
 * try (PictureResults<Embedding> embeddings = BulkEmbedder.of(classifier).embeddings(sources)) {
 *   while (embeddings.hasNext()) {
 *     Embedding embedding = embeddings.next();
 *   }
 * }
 * }
 *
 * @param classifier the network; it stays open
 * @param decoders number of threads that decode
 */
public record BulkEmbedder(Classifier classifier, int decoders) {

  /**
   * Checks the number of threads.
   *
   * @throws IllegalArgumentException if it is not 1 to 256
   */
  public BulkEmbedder {
    BulkClassifier.requireDecoders(decoders);
  }

  /** One decoding thread for each processor. */
  public static BulkEmbedder of(Classifier classifier) {
    return new BulkEmbedder(classifier, Runtime.getRuntime().availableProcessors());
  }

  /**
   * Embeds pictures when somebody pulls their results. Other threads decode ahead; they stop when
   * nobody pulls.
   *
   * @param sources the pictures; another thread reads the iterator ahead
   * @return the results, which the caller closes
   */
  public PictureResults<Embedding> embeddings(Iterator<? extends PictureSource> sources) {
    return new PictureResults<>(
        Prepared.ahead("embedding", classifier, decoders, false, sources),
        classifier.batch(),
        this::compute,
        _ -> false);
  }

  private List<Embedding> compute(List<Prepared> batch) {
    return Prepared.results(
        batch,
        this::embed,
        unreadable -> new Embedding.Failed(unreadable.source(), unreadable.reason()));
  }

  private List<Embedding> embed(List<Prepared.Ready> ready) {
    List<float[]> vectors =
        classifier.embedPrepared(ready.stream().map(Prepared.Ready::numbers).toList());
    List<Embedding> embeddings = new ArrayList<>();
    for (int i = 0; i < ready.size(); i++) {
      embeddings.add(new Embedding.Vector(ready.get(i).source(), vectors.get(i)));
    }
    return embeddings;
  }
}
