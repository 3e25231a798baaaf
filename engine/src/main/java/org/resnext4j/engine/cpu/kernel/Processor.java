package org.resnext4j.engine.cpu.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The vendor and family of a processor. They decide whether products in pairs are faster. */
public final class Processor {

  /**
   * The system property that switches products in pairs ({@link PairedProduct}) on or off on any
   * processor. Its values are {@code true} and {@code false}.
   */
  public static final String PAIRS_PROPERTY = "resnext4j.pairs";

  private static final Path LINUX = Path.of("/proc/cpuinfo");
  private static final Pattern WINDOWS = Pattern.compile("Family (\\d+) .*, (\\w+)$");

  private final String vendor;
  private final int family;

  private Processor(String vendor, int family) {
    this.vendor = vendor;
    this.family = family;
  }

  /**
   * This machine's processor. It is unknown if neither a file nor an environment variable names it.
   */
  static Processor ofThisMachine() {
    String windows = System.getenv("PROCESSOR_IDENTIFIER");
    if (windows != null) {
      return fromIdentifier(windows);
    }
    try {
      return Files.isReadable(LINUX) ? fromLines(Files.readAllLines(LINUX)) : unknown();
    } catch (IOException e) {
      return unknown();
    }
  }

  private static Processor unknown() {
    return new Processor("", 0);
  }

  /** Parses Linux's {@code /proc/cpuinfo}, which has lines of {@code name : value}. */
  static Processor fromLines(List<String> lines) {
    return new Processor(field(lines, "vendor_id"), number(field(lines, "cpu family")));
  }

  /**
   * Parses Windows' description, such as {@code AMD64 Family 25 Model 97 Stepping 2, AuthenticAMD}.
   */
  static Processor fromIdentifier(String identifier) {
    Matcher matcher = WINDOWS.matcher(identifier);
    return matcher.find() ? new Processor(matcher.group(2), number(matcher.group(1))) : unknown();
  }

  private static String field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private static int number(String text) {
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
  }

  /**
   * Whether the processor adds and multiplies 512-bit vectors in separate units, so that products
   * in pairs are faster. This was measured on Zen 4 (family 25). Intel's processors add and
   * multiply in the same units. The property {@value #PAIRS_PROPERTY} overrides the answer.
   */
  boolean addsBesideMultiplying(int lanes) {
    String property = System.getProperty(PAIRS_PROPERTY);
    if (property != null) {
      return Boolean.parseBoolean(property);
    }
    return lanes == 16 && vendor.equals("AuthenticAMD") && family == 25;
  }
}
