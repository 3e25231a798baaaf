package org.resnext4j.serving;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.resnext4j.serving.batch.Batcher;
import org.resnext4j.serving.batch.Network;
import org.resnext4j.serving.batch.OverloadedException;

/**
 * The served models by name and version. Models can be loaded, replaced and unloaded while requests
 * run. A request holds a {@link Lease} on its model, and a replaced or unloaded model is released
 * when its last lease ends.
 */
public final class ModelRepository implements AutoCloseable {

  /** Loads models by name. */
  public interface Source {

    /** Names of the models. Requests that name no model get the first. */
    SequencedSet<String> names();

    /**
     * Loads every version of a model.
     *
     * @throws IOException if it cannot be loaded; the message is one sentence for the client
     */
    List<ServedModel> load(String name) throws IOException;

    /** A source without models. */
    static Source none() {
      return new Source() {
        @Override
        public SequencedSet<String> names() {
          return new TreeSet<>();
        }

        @Override
        public List<ServedModel> load(String name) throws IOException {
          throw new IOException("there is no model named '%s' to load".formatted(name));
        }
      };
    }
  }

  /** The state of a model. */
  public enum State {
    /** The model is being loaded; requests for it get 503. */
    LOADING,
    /** The model answers requests. */
    READY,
    /** The model is not loaded, or loading it failed. */
    UNAVAILABLE
  }

  /**
   * A line of the index.
   *
   * @param name the model's name
   * @param version its version, empty while none is loaded
   * @param state its state
   * @param reason one sentence that says why it is not ready; empty if it is ready
   */
  public record Status(String name, String version, State state, String reason) {}

  /** Thrown if no model has the requested name or version. */
  public static final class UnknownModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownModelException(String message) {
      super(message);
    }
  }

  /** Thrown if a model exists but is not ready. */
  public static final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotReadyException(String message) {
      super(message);
    }
  }

  private static final Comparator<String> BY_NUMBER = Comparator.comparing(Integer::valueOf);

  private final Batcher batcher;
  private final Source source;
  private final ReentrantLock lock = new ReentrantLock();
  private final ReentrantLock loading = new ReentrantLock();
  private final NavigableMap<String, NavigableMap<String, Entry>> ready = new TreeMap<>();
  private final Map<String, Status> others = new TreeMap<>();
  private Optional<String> first = Optional.empty();

  /** Creates an empty repository. */
  public ModelRepository(Batcher batcher, Source source) {
    this.batcher = batcher;
    this.source = source;
  }

  /** Adds a model. It replaces a model of the same name and version. */
  public void add(ServedModel model) {
    Entry entry = new Entry(model, batcher.open(model.name(), model.network()));
    Optional<Entry> old;
    lock.lock();
    try {
      old =
          Optional.ofNullable(
              ready
                  .computeIfAbsent(model.name(), name -> new TreeMap<>(BY_NUMBER))
                  .put(model.version(), entry));
      others.remove(model.name());
      first = first.or(() -> Optional.of(model.name()));
    } finally {
      lock.unlock();
    }
    old.ifPresent(Entry::retire);
  }

  /**
   * Loads a model. If the model is loaded already, its old versions answer until the new ones are
   * ready. Versions that the source no longer has are unloaded. The repository loads one model at a
   * time.
   *
   * @throws UnknownModelException if the source has no model of this name
   * @throws OverloadedException if another model is being loaded
   * @throws IOException if the model cannot be loaded; the versions loaded before stay
   */
  public void load(String name) throws IOException {
    if (!ServedModel.isName(name) || !source.names().contains(name)) {
      throw new UnknownModelException(
          "there is no model named '%s' in the repository; it has %s"
              .formatted(name, source.names()));
    }
    if (!loading.tryLock()) {
      throw new OverloadedException("another model is being loaded", Duration.ofSeconds(5));
    }
    try {
      mark(new Status(name, "", State.LOADING, "it is being loaded"));
      List<ServedModel> models = source.load(name);
      models.forEach(ModelRepository::warmUp);
      models.forEach(this::add);
      List<String> versions = models.stream().map(ServedModel::version).toList();
      retire(name, versions);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      mark(new Status(name, "", State.UNAVAILABLE, String.valueOf(e.getMessage())));
      throw e;
    } finally {
      loading.unlock();
    }
  }

  /** Runs a model before requests use it, because first runs are slow and may fail. */
  private static void warmUp(ServedModel model) {
    Network network = model.network();
    float[] images = new float[Math.toIntExact(network.input().elements())];
    for (int i = 0; i < 3; i++) {
      network.run(images, 1, new float[network.classes()], new float[0]);
    }
  }

  /**
   * Removes all versions of a model. Requests that hold a lease on it are still answered.
   *
   * @throws UnknownModelException if no model of this name is served
   */
  public void unload(String name) {
    if (retire(name, List.of()) == 0) {
      throw new UnknownModelException("there is no model named '%s'".formatted(name));
    }
  }

  private int retire(String name, List<String> except) {
    List<Entry> retired = new ArrayList<>();
    lock.lock();
    try {
      NavigableMap<String, Entry> versions = ready.getOrDefault(name, new TreeMap<>(BY_NUMBER));
      versions
          .values()
          .removeIf(entry -> {
            boolean goes = !except.contains(entry.model.version());
            if (goes) {
              retired.add(entry);
            }
            return goes;
          });
      if (versions.isEmpty()) {
        ready.remove(name);
      }
      if (!retired.isEmpty() && versions.isEmpty()) {
        others.put(name, new Status(name, "", State.UNAVAILABLE, "it was unloaded"));
      }
    } finally {
      lock.unlock();
    }
    retired.forEach(Entry::retire);
    return retired.size();
  }

  /**
   * Records the status of a model that is not ready, for example because its loading began or
   * failed.
   */
  void mark(Status status) {
    lock.lock();
    try {
      others.put(status.name(), status);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Leases a model until the lease is closed.
   *
   * @param name its name; empty for the first model
   * @param version its version; empty for the highest version
   * @throws UnknownModelException if there is no such model
   * @throws NotReadyException if the model is not ready
   */
  public Lease acquire(String name, String version) {
    lock.lock();
    try {
      String wanted = name.isEmpty() ? firstName() : name;
      NavigableMap<String, Entry> versions = ready.get(wanted);
      if (versions == null) {
        Status status = others.get(wanted);
        if (status == null) {
          throw new UnknownModelException(
              "there is no model named '%s'; there are %s".formatted(wanted, ready.keySet()));
        }
        throw new NotReadyException(
            "model '%s' is not ready: %s".formatted(wanted, status.reason()));
      }
      Entry entry =
          version.isEmpty() ? versions.lastEntry().getValue() : findVersion(versions, version);
      if (entry == null) {
        throw new UnknownModelException(
            "model '%s' has no version '%s'; it has %s"
                .formatted(wanted, version, versions.keySet()));
      }
      return entry.lease();
    } finally {
      lock.unlock();
    }
  }

  private static Entry findVersion(NavigableMap<String, Entry> versions, String version) {
    // versions.get would fail: its comparator takes numbers, and this text comes from a client.
    return versions.values().stream()
        .filter(entry -> entry.model.version().equals(version))
        .findFirst()
        .orElse(null);
  }

  private String firstName() {
    return first.orElseThrow(() -> new NotReadyException("no model is loaded"));
  }

  /** The ready models: the first model, then the others by name and version. */
  public List<ServedModel> ready() {
    lock.lock();
    try {
      return ready.entrySet().stream()
          .sorted(Comparator.comparing(entry -> !first.equals(Optional.of(entry.getKey()))))
          .map(Map.Entry::getValue)
          .flatMap(versions -> versions.values().stream())
          .map(entry -> entry.model)
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** Every model known: those that are ready, and those that are not with the reason. */
  public List<Status> index() {
    SequencedSet<String> available = source.names();
    lock.lock();
    try {
      List<Status> index = new ArrayList<>();
      for (NavigableMap<String, Entry> versions : ready.values()) {
        for (Entry entry : versions.values()) {
          index.add(new Status(entry.model.name(), entry.model.version(), State.READY, ""));
        }
      }
      others.values().forEach(index::add);
      for (String name : available) {
        if (!ready.containsKey(name) && !others.containsKey(name)) {
          index.add(new Status(name, "", State.UNAVAILABLE, "it was not loaded"));
        }
      }
      index.sort(Comparator.comparing(Status::name));
      return List.copyOf(index);
    } finally {
      lock.unlock();
    }
  }

  /** Releases every model, each when its last lease is closed. */
  @Override
  public void close() {
    List<String> names;
    lock.lock();
    try {
      names = List.copyOf(ready.keySet());
    } finally {
      lock.unlock();
    }
    names.forEach(name -> retire(name, List.of()));
  }

  /** A model with its lane and its number of leases. */
  private final class Entry {

    private final ServedModel model;
    private final Batcher.Lane lane;
    private int leases;
    private boolean retired;

    Entry(ServedModel model, Batcher.Lane lane) {
      this.model = model;
      this.lane = lane;
    }

    Lease lease() {
      leases++; // Under the repository's lock, as are all uses of these fields.
      return new Lease(this);
    }

    void release() {
      leaveIf(() -> leases--);
    }

    void retire() {
      leaveIf(() -> retired = true);
    }

    private void leaveIf(Runnable change) {
      boolean last;
      lock.lock();
      try {
        boolean before = retired && leases == 0;
        change.run();
        last = !before && retired && leases == 0;
      } finally {
        lock.unlock();
      }
      if (last) {
        lane.close();
        model.network().close();
      }
    }
  }

  /** The right to use a model until it is closed. */
  public static final class Lease implements AutoCloseable {

    private final Entry entry;
    private boolean closed;

    private Lease(Entry entry) {
      this.entry = entry;
    }

    /** The model. */
    public ServedModel model() {
      return entry.model;
    }

    /** The lane that queues the requests of this model. */
    public Batcher.Lane lane() {
      return entry.lane;
    }

    /** Returns the model. Only one thread may close a lease. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        entry.release();
      }
    }
  }
}
