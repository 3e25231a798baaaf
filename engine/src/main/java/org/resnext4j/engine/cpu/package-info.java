/**
 * Runs graphs on the processor, in four rooms with arrows one way:
 *
 * <ul>
 *   <li>{@code org.resnext4j.engine.cpu.parallel}: the threads, and how work is divided among them;
 *   <li>{@code org.resnext4j.engine.cpu.kernel}: the arithmetic, in the Vector API with plain
 *       twins;
 *   <li>{@code org.resnext4j.engine.cpu.inference}: forward passes;
 *   <li>{@code org.resnext4j.engine.cpu.training}: forward and backward passes.
 * </ul>
 */
package org.resnext4j.engine.cpu;
