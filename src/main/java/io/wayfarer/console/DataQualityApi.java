package io.wayfarer.console;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.wayfarer.console.Problems.BadParameter;
import io.wayfarer.console.Problems.NotFound;
import io.wayfarer.ingest.QualityReport;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/data-quality")
@Tag(name = "Data quality", description = "How much comes from each source, and how good it is")
class DataQualityApi {

    private static final String DAYS = "UTC days up to today: 1 to " + QualityReport.MAX_DAYS
            + ". What has changed is told by as many days before them";

    private final QualityReport report;

    DataQualityApi(QualityReport report) {
        this.report = report;
    }

    @GetMapping
    @Operation(summary = "Every source in short, by name")
    Listing<QualityReport.Summary> list(@Parameter(description = DAYS) @RequestParam(defaultValue = "7") int days) {
        return new Listing<>(report.summaries(checked(days)), null);
    }

    @GetMapping("/{source}")
    @Operation(
            summary = "One source in full: by day and hour, refusals by reason, shares of what is missing or too large")
    QualityReport.Detail one(
            @PathVariable String source, @Parameter(description = DAYS) @RequestParam(defaultValue = "7") int days) {
        return report.detail(source, checked(days)).orElseThrow(() -> new NotFound("source"));
    }

    private static int checked(int days) {
        if (days < 1 || days > QualityReport.MAX_DAYS) {
            throw new BadParameter("days", "must be from 1 to " + QualityReport.MAX_DAYS);
        }
        return days;
    }
}
