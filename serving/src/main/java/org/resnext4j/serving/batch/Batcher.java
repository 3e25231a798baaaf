package org.resnext4j.serving.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Runs requests that wait at the same time as one batch.
 *
 * <p>Each model has a {@link Lane}. One thread runs the batches of all lanes, one after another,
 * because a single batch already uses every core of the engine. A lane is ready in any of three
 * cases: it has a full batch, its oldest picture has waited for {@link Policy#maxDelay}, or no
 * other request for it is being received. A lone client therefore never waits.
 *
 * <p>Among the ready lanes, the lane with the least used engine time runs first (start-time fair
 * queueing), so a busy or slow model cannot starve another. A lane that receives work after an idle
 * time counts at least the least used time of the waiting lanes, so a lane gains no credit while it
 * is idle.
 *
 * <p>Cancelled and expired requests leave the queue before a batch is formed and never run.
 */
public final class Batcher implements AutoCloseable {

  /**
   * The bounds of batching.
   *
   * @param maxBatch largest number of pictures in a run
   * @param maxDelay longest time that a picture waits for others while the engine is free
   * @param queue largest number of pictures that wait for one model
   */
  public record Policy(int maxBatch, Duration maxDelay, int queue) {

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if a bound is out of range; the message names it
     */
    public Policy {
      if (maxBatch < 1 || maxBatch > 1024) {
        throw new IllegalArgumentException("max-batch must be 1 to 1024, but was " + maxBatch);
      }
      if (maxDelay.isNegative() || maxDelay.compareTo(Duration.ofSeconds(10)) > 0) {
        throw new IllegalArgumentException("max-delay must be 0 to 10 s, but was " + maxDelay);
      }
      if (queue < maxBatch) {
        throw new IllegalArgumentException(
            "queue must hold at least one batch of %d, but was %d".formatted(maxBatch, queue));
      }
    }
  }

  /**
   * The answer to a request.
   *
   * @param logits {@code [count, classes]}
   * @param features {@code [count, height, width, channels]}; empty unless the request asked for
   *     them
   * @param batch number of pictures in the largest batch that the request took part in
   * @param queued time from the request's arrival in the queue until its first picture ran
   * @param ran time from that moment until its last picture was done
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared; the caller owns the arrays.
  public record Answer(
      float[] logits, float[] features, int batch, Duration queued, Duration ran) {}

  /** Receives every batch that has run. */
  @FunctionalInterface
  public interface Listener {
    /** Reports a batch: its lane, its number of pictures and its time. */
    void ran(String lane, int pictures, Duration time);
  }

  private final Policy policy;
  private final LongSupplier nanos;
  private final Listener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Lane> lanes = new ArrayList<>();
  private final Thread runner;
  private boolean closed;

  /** Creates a batcher with its own thread, which {@link #close} ends. */
  public Batcher(Policy policy, Listener listener) {
    this(policy, listener, System::nanoTime);
  }

  Batcher(Policy policy, Listener listener, LongSupplier nanos) {
    this.policy = policy;
    this.listener = listener;
    this.nanos = nanos;
    this.runner = Thread.ofPlatform().name("batcher").daemon().start(this::runBatches);
  }

  /** The bounds of this batcher. */
  public Policy policy() {
    return policy;
  }

  /** Number of waiting pictures by the lane's name. Lanes with the same name are added up. */
  public SortedMap<String, Integer> waitingPictures() {
    lock.lock();
    try {
      SortedMap<String, Integer> waiting = new TreeMap<>();
      lanes.forEach(lane -> waiting.merge(lane.name, lane.waitingPictures, Integer::sum));
      return waiting;
    } finally {
      lock.unlock();
    }
  }

  /** Opens a lane for a network. Closing the lane does not close the network. */
  public Lane open(String name, Network network) {
    Lane lane = new Lane(name, network);
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the batcher is closed");
      }
      lanes.add(lane);
    } finally {
      lock.unlock();
    }
    return lane;
  }

  /** Runs the waiting requests and then stops. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (runner.isAlive()) {
      try {
        runner.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void runBatches() {
    while (true) {
      Batch batch;
      lock.lock();
      try {
        batch = awaitBatch();
      } finally {
        lock.unlock();
      }
      if (batch == null) {
        return;
      }
      batch.run();
    }
  }

  /** The next batch, or null if the batcher is closed and empty. */
  @SuppressWarnings("NullAway") // The only caller checks for null.
  private Batch awaitBatch() {
    while (true) {
      long now = nanos.getAsLong();
      lanes.forEach(lane -> lane.dropDead(now));
      Lane next = null;
      long wait = Long.MAX_VALUE;
      for (Lane lane : lanes) {
        long left = lane.untilReady(now);
        if (left <= 0 && (next == null || lane.virtualTime < next.virtualTime)) {
          next = lane;
        }
        wait = Math.min(wait, left);
      }
      if (next != null) {
        return next.take(now);
      }
      if (closed && wait == Long.MAX_VALUE) {
        return null;
      }
      try {
        if (wait == Long.MAX_VALUE) {
          changed.await();
        } else {
          changed.awaitNanos(wait);
        }
      } catch (InterruptedException e) {
        closed = true; // Only tests interrupt this thread; it ends as after close().
      }
    }
  }

  /** The queue of one model. */
  public final class Lane implements AutoCloseable {

    private final String name;
    private final Network network;
    private final int pictureSize;
    private final int featureSize;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private float[] images = new float[0];
    private float[] logits = new float[0];
    private int waitingPictures;
    private int visits;
    private int preparing;
    private long virtualTime;
    private double nanosPerPicture = 10e6;

    private Lane(String name, Network network) {
      this.name = name;
      this.network = network;
      this.pictureSize = Math.toIntExact(network.input().elements());
      this.featureSize = Math.toIntExact(network.features().elements());
    }

    /** The lane's name. */
    public String name() {
      return name;
    }

    /** Number of waiting pictures. */
    public int waitingPictures() {
      lock.lock();
      try {
        return waitingPictures;
      } finally {
        lock.unlock();
      }
    }

    /** Number of requests that were admitted and have not left. */
    public int visits() {
      lock.lock();
      try {
        return visits;
      } finally {
        lock.unlock();
      }
    }

    /**
     * Admits a request before its body is read.
     *
     * @throws OverloadedException if the number of requests here, or the number of waiting
     *     pictures, has reached the queue's size
     */
    public Visit enter() {
      lock.lock();
      try {
        if (visits >= policy.queue() || waitingPictures >= policy.queue()) {
          throw overloaded();
        }
        visits++;
      } finally {
        lock.unlock();
      }
      return new Visit(this);
    }

    /** Removes the lane and refuses the requests that still wait. */
    @Override
    public void close() {
      lock.lock();
      try {
        lanes.remove(this);
        for (Request request : waiting) {
          request.done.completeExceptionally(
              new IllegalStateException("'%s' was closed".formatted(name)));
        }
        waiting.clear();
        waitingPictures = 0;
      } finally {
        lock.unlock();
      }
    }

    private OverloadedException overloaded() {
      double seconds = nanosPerPicture * Math.max(waitingPictures, visits) / 1e9;
      return new OverloadedException(
          "'%s' is busy: its queue of %d pictures is full".formatted(name, policy.queue()),
          Duration.ofSeconds(Math.clamp((long) Math.ceil(seconds), 1, 60)));
    }

    private void add(Request request) {
      if (closed || !lanes.contains(this)) {
        throw new OverloadedException("'%s' is closing".formatted(name), Duration.ofSeconds(1));
      }
      if (waitingPictures + request.count > policy.queue()) {
        throw overloaded();
      }
      if (waiting.isEmpty()) {
        // A lane that was idle starts level with the busy lanes.
        lanes.stream()
            .filter(lane -> lane != this && !lane.waiting.isEmpty())
            .mapToLong(lane -> lane.virtualTime)
            .min()
            .ifPresent(level -> virtualTime = Math.max(virtualTime, level));
      }
      waiting.add(request);
      waitingPictures += request.count;
    }

    private void dropDead(long now) {
      waiting.removeIf(request -> {
        boolean expired = now - request.deadline >= 0;
        if (expired) {
          request.done.completeExceptionally(new TimeoutException());
        }
        // A request with a completed answer was cancelled or has failed.
        boolean dead = request.done.isDone();
        if (dead) {
          waitingPictures -= request.count - request.taken;
        }
        return dead;
      });
    }

    /** Nanoseconds until a batch of this lane should run; zero or negative if the lane is ready. */
    private long untilReady(long now) {
      if (waiting.isEmpty()) {
        return Long.MAX_VALUE;
      }
      if (closed || preparing == 0 || waitingPictures >= policy.maxBatch()) {
        return 0;
      }
      return waiting.peek().arrived + policy.maxDelay().toNanos() - now;
    }

    private Batch take(long now) {
      List<Part> parts = new ArrayList<>();
      int room = policy.maxBatch();
      while (room > 0 && !waiting.isEmpty()) {
        Request request = waiting.peek();
        int pictures = Math.min(room, request.count - request.taken);
        parts.add(new Part(request, request.taken, pictures));
        if (request.taken == 0) {
          request.started = now;
        }
        request.taken += pictures;
        waitingPictures -= pictures;
        room -= pictures;
        if (request.taken == request.count) {
          waiting.remove();
        }
      }
      return new Batch(this, parts, policy.maxBatch() - room);
    }
  }

  /** Some consecutive pictures of a request. */
  private record Part(Request request, int from, int pictures) {}

  /** The pictures of one run. */
  private final class Batch {

    private final Lane lane;
    private final List<Part> parts;
    private final int pictures;

    Batch(Lane lane, List<Part> parts, int pictures) {
      this.lane = lane;
      this.parts = parts;
      this.pictures = pictures;
    }

    void run() {
      long start = System.nanoTime();
      try {
        gather();
        boolean wanted = parts.stream().anyMatch(part -> part.request.features.length > 0);
        float[] features = new float[wanted ? pictures * lane.featureSize : 0];
        lane.network.run(lane.images, pictures, lane.logits, features);
        scatter(features);
      } catch (Exception | OutOfMemoryError | StackOverflowError e) {
        // A failure of one network must not end the thread, which runs all networks.
        parts.forEach(part -> part.request.done.completeExceptionally(e));
      }
      long time = System.nanoTime() - start;
      lock.lock();
      try {
        lane.virtualTime += time;
        lane.nanosPerPicture += 0.2 * ((double) time / pictures - lane.nanosPerPicture);
      } finally {
        lock.unlock();
      }
      listener.ran(lane.name, pictures, Duration.ofNanos(time));
      long now = nanos.getAsLong();
      parts.forEach(part -> part.request.finish(part.pictures, pictures, now));
    }

    private void gather() {
      int size = lane.pictureSize;
      if (lane.images.length == 0) {
        lane.images = new float[policy.maxBatch() * size];
        lane.logits = new float[policy.maxBatch() * lane.network.classes()];
      }
      int at = 0;
      for (Part part : parts) {
        System.arraycopy(
            part.request.images, part.from * size, lane.images, at * size, part.pictures * size);
        at += part.pictures;
      }
    }

    private void scatter(float[] features) {
      int classes = lane.network.classes();
      int at = 0;
      for (Part part : parts) {
        Request request = part.request;
        System.arraycopy(
            lane.logits,
            at * classes,
            request.logits,
            part.from * classes,
            part.pictures * classes);
        if (request.features.length > 0) {
          System.arraycopy(
              features,
              at * lane.featureSize,
              request.features,
              part.from * lane.featureSize,
              part.pictures * lane.featureSize);
        }
        at += part.pictures;
      }
    }
  }

  /** One request in a lane. */
  private static final class Request {

    private final float[] images;
    private final int count;
    private final float[] logits;
    private final float[] features;
    private final long arrived;
    private final long deadline;
    private final CompletableFuture<Answer> done = new CompletableFuture<>();
    private int taken;
    private long started;
    private int finished;
    private int largestBatch;

    Request(Lane lane, float[] images, int count, boolean features, long arrived, long deadline) {
      this.images = images;
      this.count = count;
      this.logits = new float[count * lane.network.classes()];
      this.features = new float[features ? count * lane.featureSize : 0];
      this.arrived = arrived;
      this.deadline = deadline;
    }

    /** Records pictures that have run. Only the batcher's thread calls this method. */
    void finish(int pictures, int batch, long now) {
      finished += pictures;
      largestBatch = Math.max(largestBatch, batch);
      if (finished == count) {
        done.complete(
            new Answer(
                logits,
                features,
                largestBatch,
                Duration.ofNanos(started - arrived),
                Duration.ofNanos(now - started)));
      }
    }
  }

  /** A request's stay in a lane, from its admission until it leaves. */
  public final class Visit implements AutoCloseable {

    private final Lane lane;
    private boolean prepares;
    private Optional<Request> request = Optional.empty();

    private Visit(Lane lane) {
      this.lane = lane;
    }

    /**
     * Announces that the request will soon submit pictures: its body has arrived, and only decoding
     * remains. Other requests may then wait for these pictures.
     */
    public void prepare() {
      lock.lock();
      try {
        if (!prepares) {
          prepares = true;
          lane.preparing++;
        }
      } finally {
        lock.unlock();
      }
    }

    /**
     * Queues pictures and returns at once.
     *
     * @param images {@code [count, height, width, channels]}; the caller must not write to the
     *     array before the answer
     * @param count number of pictures, from 1 to the queue's size
     * @param features whether the answer includes the last feature maps
     * @param timeout time after which the answer fails with a {@link TimeoutException}
     * @return the future answer; cancelling it removes the request from the queue
     * @throws OverloadedException if the queue has no room for the pictures
     */
    public CompletableFuture<Answer> submit(
        float[] images, int count, boolean features, Duration timeout) {
      lock.lock();
      try {
        long now = nanos.getAsLong();
        Request added = new Request(lane, images, count, features, now, now + timeout.toNanos());
        lane.add(added);
        request = Optional.of(added);
        prepared();
        changed.signalAll();
        return added.done;
      } finally {
        lock.unlock();
      }
    }

    private void prepared() {
      if (prepares) {
        prepares = false;
        lane.preparing--;
      }
    }

    /** Leaves the lane. A request that still waits is cancelled. */
    @Override
    public void close() {
      request.ifPresent(r -> r.done.cancel(false));
      lock.lock();
      try {
        prepared();
        lane.visits--;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
