package org.flatgaze.accel;

/**
 * Something that turns models into programs and runs them: ONNX Runtime, our own kernels, the emulated array or a
 * device behind a register bus.
 *
 * <p>Life of a model: {@link #compile} (slow, once, says why not) -> {@link Program#newExecution} (allocates
 * everything) -> {@link Execution#run} or {@link Execution#step} for ever -> close, innermost first.
 */
public interface Accelerator extends AutoCloseable {

    /** The id of the provider that opened this accelerator, such as {@code "onnx"}. */
    String id();

    /**
     * Compiles a model for this accelerator.
     *
     * @throws AcceleratorException if the model is corrupt, has dynamic shapes or uses what this backend cannot run;
     *     the message names the model and the offending part
     */
    Program compile(ModelSource model, CompileOptions options);

    @Override
    void close();
}
