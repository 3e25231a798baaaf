/** Text that people and other programs wrote: files, JSON, names that are shown to people. */
package org.resnext4j.vision.text;
