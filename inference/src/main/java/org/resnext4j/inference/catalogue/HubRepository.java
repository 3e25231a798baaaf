package org.resnext4j.inference.catalogue;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on a hub with Hugging Face's addresses: a folder with {@code config.json}, which has the
 * architecture, the classes and the preprocessing, beside {@code model.safetensors}.
 *
 * {@snippet :
 * HubRepository model = HubRepository.parse("timm/seresnext50_32x4d.racm_in1k").orElseThrow();
 * try (Downloader downloader = Downloader.create()) {
 *   Path folder =
 *       WeightCache.standard().pull(model, HubRepository.HUB, downloader, Progress.none());
 * }
 * }
 *
 * @param owner who publishes it, such as {@code timm}
 * @param name its name, such as {@code seresnext50_32x4d.racm_in1k}
 */
public record HubRepository(String owner, String name) {

  /** The hub that timm publishes on. */
  public static final URI HUB = URI.create("https://huggingface.co/");

  /** The files that are fetched; the weights come last. */
  static final List<String> FILES = List.of("config.json", "model.safetensors");

  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,95})/([A-Za-z0-9][A-Za-z0-9._-]{0,95})");

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if they are not plain names
   */
  public HubRepository {
    if (!NAME.matcher(owner + "/" + name).matches()) {
      throw new IllegalArgumentException(
          "a hub's model is OWNER/NAME in letters, digits, '.', '_' and '-', but found '%s/%s'"
              .formatted(owner, name));
    }
  }

  /** The model that a text such as {@code timm/resnet50d.ra2_in1k} names, if it names one. */
  public static Optional<HubRepository> parse(String text) {
    Matcher matcher = NAME.matcher(text);
    return matcher.matches()
        ? Optional.of(new HubRepository(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** The address of one of its files on a hub. */
  URI address(URI hub, String file) {
    String base = hub.toString();
    String slash = base.endsWith("/") ? "" : "/";
    return URI.create("%s%s%s/%s/resolve/main/%s".formatted(base, slash, owner, name, file));
  }

  @Override
  public String toString() {
    return owner + "/" + name;
  }
}
