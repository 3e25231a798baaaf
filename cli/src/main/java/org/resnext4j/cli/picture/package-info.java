/**
 * Commands that classify or compare pictures: predict, embed, similar and demo.
 *
 * {@snippet lang=shell :
 * resnext similar cat.jpg photos/
 * }
 */
package org.resnext4j.cli.picture;
