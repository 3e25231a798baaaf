/**
 * Reads text that people and other programs wrote: text files in UTF-8 and UTF-16, and JSON with
 * errors in plain words. Writes names with escaped control characters, lists of names, and CSV.
 *
 * {@snippet :
 * String name = file.getFileName().toString();
 * String text = TextFile.read(file);
 * IO.println(Printable.of(name) + " has " + JsonText.read(name, text).size() + " entries");
 * }
 */
package org.resnext4j.vision.text;
