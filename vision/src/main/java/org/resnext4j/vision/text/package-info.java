/**
 * Text that people and other programs wrote: text files in any usual encoding, JSON with errors in
 * plain words, and names that are safe to print on a terminal.
 *
 * {@snippet :
 * String name = file.getFileName().toString();
 * String text = TextFile.read(file);
 * IO.println(Printable.of(name) + " has " + JsonText.read(name, text).size() + " entries");
 * }
 */
package org.resnext4j.vision.text;
