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
 * The models that are served, by name and version. They can be loaded, replaced and unloaded while
 * requests run: a request holds a {@link Lease} on the model it began with, and a model that was
 * replaced or unloaded is released when its last lease is.
 */
public final class ModelRepository implements AutoCloseable {

  /** Where models that are asked for by name come from. */
  public interface Source {

    /** Names of the models it has, the first being what requests get that name none. */
    SequencedSet<String> names();

    /**
     * Loads every version of a model.
     *
     * @throws IOException in one clear sentence, if it cannot be loaded
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

  /** Where a model is in its life. */
  public enum State {
    /** Being read; requests for it are told to come back. */
    LOADING,
    /** Answers requests. */
    READY,
    /** Not loaded, or loading it failed. */
    UNAVAILABLE
  }

  /**
   * A line of the index.
   *
   * @param name the model's name
   * @param version its version, empty while none is loaded
   * @param state where it is in its life
   * @param reason why it is not ready, in one sentence; empty when it is
   */
  public record Status(String name, String version, State state, String reason) {}

  /** Thrown when no model of a name or version is known. */
  public static final class UnknownModelException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnknownModelException(String message) {
      super(message);
    }
  }

  /** Thrown when a model is known, but not ready. */
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

  /** An empty repository whose models' requests go through a batcher. */
  public ModelRepository(Batcher batcher, Source source) {
    this.batcher = batcher;
    this.source = source;
  }

  /** Serves a model from now on, in place of one of the same name and version. */
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
   * Loads a model, or loads it anew while its predecessor goes on answering; versions that the
   * source no longer has are unloaded. One model is loaded at a time.
   *
   * @throws UnknownModelException if the source has none of this name
   * @throws OverloadedException if another model is being loaded
   * @throws IOException if it cannot be loaded; what was served before goes on being served
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

  /** Runs a model before anybody waits for it: first runs are slow, and a broken one shows here. */
  private static void warmUp(ServedModel model) {
    Network network = model.network();
    float[] images = new float[Math.toIntExact(network.input().elements())];
    for (int i = 0; i < 3; i++) {
      network.run(images, 1, new float[network.classes()], new float[0]);
    }
  }

  /**
   * Stops serving all versions of a model; requests that hold it are still answered.
   *
   * @throws UnknownModelException if none of this name is served
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

  /** Says what is so of a model that is not ready, such as that its loading began or failed. */
  void mark(Status status) {
    lock.lock();
    try {
      others.put(status.name(), status);
    } finally {
      lock.unlock();
    }
  }

  /**
   * A model to work with, until the lease is closed.
   *
   * @param name its name; empty for the one that was served first
   * @param version its version; empty for the highest
   * @throws UnknownModelException if it is not known
   * @throws NotReadyException if it is known, but not ready
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
    // Not versions.get: its comparator takes numbers only, and this text is a client's.
    return versions.values().stream()
        .filter(entry -> entry.model.version().equals(version))
        .findFirst()
        .orElse(null);
  }

  private String firstName() {
    return first.orElseThrow(() -> new NotReadyException("no model is loaded"));
  }

  /** The models that answer requests: the first, then the others by name and version. */
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

  /** A model, its lane, and who holds it. */
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

    /** Where its requests queue. */
    public Batcher.Lane lane() {
      return entry.lane;
    }

    /** Gives the model back; used by one thread. */
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        entry.release();
      }
    }
  }
}
