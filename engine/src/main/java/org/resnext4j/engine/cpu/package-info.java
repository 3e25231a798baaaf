/**
 * The backend of this machine's processor. It has four packages, and their dependencies go one way:
 *
 * <ul>
 *   <li>{@code org.resnext4j.engine.cpu.parallel}: the threads and the division of work among them;
 *   <li>{@code org.resnext4j.engine.cpu.kernel}: the arithmetic, written with the Vector API and,
 *       for inference, also in plain loops;
 *   <li>{@code org.resnext4j.engine.cpu.inference}: inference, which uses the first two packages;
 *   <li>{@code org.resnext4j.engine.cpu.training}: training, which uses the first two packages.
 * </ul>
 *
 * <p>Code outside the engine uses {@link org.resnext4j.engine.Backend#cpu()}. The engine's own code
 * makes the backend directly:
 *
 * {@snippet :
 * try (Backend backend = CpuBackend.create(2);
 *     InferenceModel compiled = backend.compile(graph, weights)) {
 *   InferencePlan plan = compiled.plan(shape);
 *   plan.run(pixels);
 * }
 * }
 */
package org.resnext4j.engine.cpu;
