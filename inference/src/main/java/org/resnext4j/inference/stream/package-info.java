/**
 * Any number of pictures, one after the other: sources, classification in batches, output formats.
 */
package org.resnext4j.inference.stream;
