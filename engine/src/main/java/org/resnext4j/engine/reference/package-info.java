/**
 * The graph run by plain scalar Java in float64: slow, obviously right, the truth that tests hold
 * every kernel to.
 */
package org.resnext4j.engine.reference;
