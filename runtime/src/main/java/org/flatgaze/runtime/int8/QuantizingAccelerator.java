package org.flatgaze.runtime.int8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.flatgaze.accel.Accelerator;
import org.flatgaze.accel.AcceleratorException;
import org.flatgaze.accel.CompileOptions;
import org.flatgaze.accel.ModelSource;
import org.flatgaze.accel.Program;
import org.flatgaze.accel.emulator.Quantizer;
import org.flatgaze.accel.graph.GraphFile;
import org.flatgaze.accel.graph.LayerGraph;
import org.flatgaze.accel.graph.OnnxImport;
import org.flatgaze.accel.graph.Shape;

/**
 * Gives an 8-bit accelerator 8-bit programs: a float32 network of the pipeline is quantised with {@link
 * CalibrationPictures} first. That takes a while, so the result is kept in a folder, by the model's digest; what is
 * quantised already goes through as it is. Inputs and outputs stay float32. One thread compiles.
 */
public final class QuantizingAccelerator implements Accelerator {

    /** Raised whenever the same model gives another program, so that old files are not taken for new ones. */
    private static final int RULES = 1;

    private final Accelerator inner;
    private final Path cache;
    private final Consumer<String> say;
    private CalibrationPictures pictures;

    /**
     * Takes over an accelerator.
     *
     * @param cache folder for quantised programs; made when there is something to keep
     * @param say hears a line before the slow part
     */
    public QuantizingAccelerator(Accelerator inner, Path cache, Consumer<String> say) {
        this.inner = inner;
        this.cache = cache;
        this.say = say;
    }

    @Override
    public String id() {
        return inner.id();
    }

    @Override
    public Program compile(ModelSource model, CompileOptions options) {
        return inner.compile(new ModelSource(model.name(), GraphFile.write(quantized(model))), options);
    }

    /**
     * The 8-bit form of a model.
     *
     * @throws AcceleratorException if the model cannot be read, or has no input that the simulator can make pictures for
     */
    public LayerGraph quantized(ModelSource model) {
        LayerGraph graph = OnnxImport.read(model);
        if (graph.isQuantized()) {
            return graph;
        }
        Path file = cache.resolve("int8-v" + RULES + "-" + digest(model.onnx()) + ".graph");
        if (Files.isReadable(file)) {
            try {
                return GraphFile.read(model.name(), Files.readAllBytes(file));
            } catch (IOException | AcceleratorException _) {
                say.accept(file + " is damaged; making it again");
            }
        }
        LayerGraph quantized = quantize(graph);
        keep(file, quantized);
        return quantized;
    }

    private LayerGraph quantize(LayerGraph graph) {
        Shape input = graph.tensors().get(graph.inputs().getFirst()).shape();
        if (graph.inputs().size() != 1 || !CalibrationPictures.fit(input)) {
            throw new AcceleratorException("model " + graph.name() + ": no calibration pictures for an input of "
                    + input + "; quantise it yourself and give the 8-bit model");
        }
        say.accept("quantising " + graph.name() + " with " + CalibrationPictures.PEOPLE + " simulated pictures, once");
        if (pictures == null) {
            pictures = CalibrationPictures.render();
        }
        return Quantizer.quantize(graph, pictures.samples(input), Quantizer.Options.standard());
    }

    /** A cache that cannot be written costs time, not correctness. */
    private void keep(Path file, LayerGraph graph) {
        try {
            Files.createDirectories(cache);
            Path part = Files.createTempFile(cache, "int8-", ".part");
            Files.write(part, GraphFile.write(graph));
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            say.accept("the quantised " + graph.name() + " cannot be kept in " + cache + " (" + e.getMessage() + ")");
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        inner.close();
    }
}
