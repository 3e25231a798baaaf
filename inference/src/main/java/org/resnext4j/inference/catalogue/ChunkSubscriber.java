package org.resnext4j.inference.catalogue;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Passes a body on as it arrives, and requests more after each part. */
final class ChunkSubscriber implements BodySubscriber<Void> {

  /** Receives bytes. */
  interface Sink {
    void take(ByteBuffer chunk) throws IOException;
  }

  private final Sink sink;
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private Subscription subscription;

  ChunkSubscriber(Sink sink) {
    this.sink = sink;
  }

  @Override
  public CompletionStage<Void> getBody() {
    return done;
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    subscription.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> chunks) {
    try {
      for (ByteBuffer chunk : chunks) {
        sink.take(chunk);
      }
      subscription.request(1);
    } catch (IOException | RuntimeException e) {
      subscription.cancel();
      done.completeExceptionally(e);
    }
  }

  @Override
  public void onError(Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    done.complete(null);
  }
}
