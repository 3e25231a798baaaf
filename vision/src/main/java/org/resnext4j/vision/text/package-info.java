/**
 * Reads text that people and other programs wrote: text files in UTF-8 and UTF-16, JSON with errors
 * in plain words, and names with escaped control characters.
 *
 * {@snippet :
 * String name = file.getFileName().toString();
 * String text = TextFile.read(file);
 * IO.println(Printable.of(name) + " has " + JsonText.read(name, text).size() + " entries");
 * }
 */
package org.resnext4j.vision.text;
