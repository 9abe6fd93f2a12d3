package io.wayfarer.journey;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** A step that raises what waits too long: the instance's open tasks come first in every list, and the lead sees them. */
@Component
class Escalate implements JavaDelegate {

    static final int PRIORITY = 100;

    @Override
    public void execute(DelegateExecution step) {
        var tasks = step.getProcessEngineServices().getTaskService();
        for (var task : tasks.createTaskQuery()
                .processInstanceId(step.getProcessInstanceId())
                .list()) {
            tasks.setPriority(task.getId(), PRIORITY);
            tasks.addCandidateGroup(task.getId(), People.ADMINISTRATORS);
        }
    }
}
