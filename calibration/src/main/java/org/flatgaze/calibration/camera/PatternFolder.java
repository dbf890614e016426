package org.flatgaze.calibration.camera;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;

/** Writes the patterns of a plan for any screen: PNG files in order, a list, and a page that shows them full-screen. */
public final class PatternFolder {

    private PatternFolder() {}

    /**
     * Writes what is missing.
     *
     * @param folder created if needed
     * @param pixels rows and columns of a picture, a multiple of the plan's size
     * @return number of files written now
     * @throws IOException if the folder cannot be written
     */
    public static int write(PatternPlan plan, Path folder, int pixels) throws IOException {
        Files.createDirectories(folder);
        List<Shot> shots = plan.shots();
        StringBuilder order = new StringBuilder();
        int written = 0;
        for (int position = 0; position < shots.size(); position++) {
            String name = shots.get(position).name(position) + ".png";
            order.append(name).append('\n');
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) {
                float[] screen = plan.screen(shots.get(position), pixels);
                short[] samples = new short[screen.length];
                for (int i = 0; i < samples.length; i++) {
                    samples[i] = (short) (screen[i] > 0.5f ? 255 : 0);
                }
                OpenCvImages.writePng(file, new Picture(pixels, pixels, 1, 8, samples));
                written++;
            }
        }
        Files.writeString(folder.resolve("order.txt"), order);
        Files.writeString(folder.resolve("show.html"), page(order.toString()));
        return written;
    }

    /** A pattern in the plan's own size as a PNG file's bytes, for a screen that enlarges it without smoothing. */
    public static byte[] png(PatternPlan plan, int position) {
        return GreyPng.bytes(plan.pattern(plan.shots().get(position)), plan.size(), 0, 1);
    }

    /** A page that shows one pattern after another: space goes on, p starts and stops a timer, f fills the screen. */
    private static String page(String order) {
        String names = order.lines()
                .map(name -> "\"" + name + "\"")
                .reduce((a, b) -> a + "," + b)
                .orElse("");
        return String.format(Locale.ROOT, """
                <!doctype html><meta charset="utf-8"><title>FlatGaze calibration patterns</title>
                <style>html,body{margin:0;height:100%%;background:#000;cursor:none}
                img{display:block;margin:auto;height:100vh;image-rendering:pixelated}
                p{position:fixed;left:8px;bottom:0;color:#444;font:12px sans-serif}</style>
                <img id="i"><p id="t">space: next, backspace: back, p: one a second, f: full screen; this line hides in play</p>
                <script>
                const names=[%s];let at=0,timer=0;
                const image=document.getElementById("i"),text=document.getElementById("t");
                function show(){image.src=names[at];document.title=(at+1)+"/"+names.length+" "+names[at];}
                function next(){if(at+1<names.length){at++;show();}else{clearInterval(timer);timer=0;text.hidden=false;text.textContent="done";}}
                onkeydown=e=>{if(e.key===" ")next();
                if(e.key==="Backspace"&&at>0){at--;show();}
                if(e.key==="f")document.documentElement.requestFullscreen();
                if(e.key==="p"){if(timer){clearInterval(timer);timer=0;text.hidden=false;}else{timer=setInterval(next,1000);text.hidden=true;}}};
                names.forEach(n=>{new Image().src=n});show();
                </script>
                """, names);
    }
}
