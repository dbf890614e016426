package org.flatgaze.runtime.loop;

import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.pipeline.models.Int8Models;

/**
 * Gives an 8-bit accelerator 8-bit programs: a float32 network of the pipeline is replaced by its 8-bit form, which the
 * ranges beside the model define; what is quantised already goes through as it is. Inputs and outputs stay float32. As
 * thread-safe as what it stands before.
 */
final class Int8Accelerator implements Accelerator {

    private final Accelerator inner;
    private final Int8Models models;

    /** Takes over {@code inner}; it is closed with this. */
    Int8Accelerator(Accelerator inner, Int8Models models) {
        this.inner = inner;
        this.models = models;
    }

    @Override
    public String id() {
        return inner.id();
    }

    @Override
    public Program compile(ModelSource model, CompileOptions options) {
        LayerGraph graph = OnnxImport.read(model);
        LayerGraph quantized = graph.isQuantized()
                ? graph
                : models.graph(model.name())
                        .orElseThrow(() -> new AcceleratorException("model " + model.name() + ": accelerator "
                                + inner.id() + " computes in 8 bits, and " + models.file(model.name())
                                + " is missing; make it: flatgaze accel quantize --model " + model.name()
                                + " --set DIR"));
        return inner.compile(new ModelSource(model.name(), GraphFile.write(quantized)), options);
    }

    @Override
    public void close() {
        inner.close();
    }
}
