package org.flatgaze.runtime.demo;

import java.nio.file.Path;
import java.util.Optional;
import org.flatgaze.pipeline.Networks;
import org.flatgaze.runtime.CameraFilter;

/**
 * What a demo run is asked to do.
 *
 * @param spec which frames
 * @param networks of the pipeline
 * @param models folder of the models
 * @param accelerator id of the backend that runs them
 * @param camera what reconstructs: the simulated device's true matrices, or a calibration of it
 * @param cache folder of rendered frames; empty to render into a temporary folder and throw the frames away
 * @param broker {@code tcp://host:port} of a broker that runs already; empty to start one
 * @param device name in the topics
 * @param save folder for the contact sheet; empty for none
 */
public record DemoOptions(
        DemoSpec spec,
        Networks networks,
        Path models,
        String accelerator,
        CameraFilter camera,
        Optional<Path> cache,
        Optional<String> broker,
        String device,
        Optional<Path> save) {}
